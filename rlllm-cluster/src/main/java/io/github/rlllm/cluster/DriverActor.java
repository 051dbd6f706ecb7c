package io.github.rlllm.cluster;

import io.github.rlllm.engine.evaluate.Batch;
import io.github.rlllm.engine.evaluate.Evaluation;
import io.github.rlllm.engine.evaluate.Job;
import io.github.rlllm.engine.evaluate.Outcome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.delivery.ConsumerController;
import org.apache.pekko.actor.typed.delivery.WorkPullingProducerController;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Subscribe;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands out the jobs of one batch at a time, one whenever a worker asks, and counts the first answer to each. */
final class DriverActor extends AbstractBehavior<DriverActor.Command> {
    private static final Logger LOG = LoggerFactory.getLogger(DriverActor.class);

    static final ServiceKey<ConsumerController.Command<Message.Order>> WORKERS =
            ServiceKey.create(ConsumerController.serviceKeyClass(), "rlllm-workers");

    /** How many workers begin a job before it is held to be what its workers die of. */
    static final int TRIES = 3;

    private final Cluster cluster = Cluster.get(getContext().getSystem());
    private final ActorRefResolver references =
            ActorRefResolver.get(getContext().getSystem());
    private final String self = references.toSerializationFormat(getContext().getSelf());
    private final Deque<Message.Order> waiting = new ArrayDeque<>();
    /** The jobs of the present batch without an answer, and the workers that began each. */
    private final Map<String, Set<String>> open = new HashMap<>();

    private long batch;
    private @Nullable Queue<Evaluation> sink;
    private WorkPullingProducerController.@Nullable RequestNext<Message.Order> next;

    /** What the driver is told. */
    interface Command {}

    /** A worker asks for a job. */
    record Next(WorkPullingProducerController.RequestNext<Message.Order> request) implements Command {}

    /** Of a member nothing was heard for too long. */
    record Silent(ClusterEvent.UnreachableMember event) implements Command {}

    /** A new batch, in the place of the one before. */
    record Submit(long number, Batch batch, Queue<Evaluation> sink) implements Command {}

    /** The present batch is called off. */
    record Withdraw(long number) implements Command {}

    static Behavior<Command> create() {
        return Behaviors.setup(DriverActor::new);
    }

    private DriverActor(ActorContext<Command> context) {
        super(context);
        cluster.subscriptions()
                .tell(Subscribe.create(
                        context.messageAdapter(ClusterEvent.UnreachableMember.class, Silent::new),
                        ClusterEvent.UnreachableMember.class));
        ActorRef<WorkPullingProducerController.Command<Message.Order>> controller = context.spawn(
                WorkPullingProducerController.create(Message.Order.class, "rlllm-driver", WORKERS, Optional.empty()),
                "orders");
        controller.tell(new WorkPullingProducerController.Start<>(
                context.messageAdapter(WorkPullingProducerController.requestNextClass(), Next::new)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Next.class, asked -> {
                    next = asked.request();
                    return send();
                })
                .onMessage(Silent.class, silent -> {
                    // Removed, its orders go to others; if it lives, it joins anew.
                    LOG.warn("Worker lost: {}", silent.event().member().address());
                    cluster.manager().tell(new Down(silent.event().member().address()));
                    return this;
                })
                .onMessage(Submit.class, this::submit)
                .onMessage(Withdraw.class, this::withdraw)
                .onMessage(Message.Claim.class, this::claim)
                .onMessage(Message.Answer.class, this::answer)
                .build();
    }

    private Behavior<Command> submit(Submit submitted) {
        batch = submitted.number();
        sink = submitted.sink();
        waiting.clear();
        open.clear();
        for (Job job : submitted.batch().jobs()) {
            waiting.add(new Message.Order(
                    batch, self, submitted.batch().task(), submitted.batch().limits(), job));
            open.put(job.id(), new HashSet<>());
        }
        return send();
    }

    private Behavior<Command> send() {
        WorkPullingProducerController.RequestNext<Message.Order> asked = next;
        if (asked != null && !waiting.isEmpty()) {
            next = null;
            asked.sendNextTo().tell(waiting.remove());
        }
        return this;
    }

    private Behavior<Command> withdraw(Withdraw withdrawn) {
        if (withdrawn.number() == batch) {
            waiting.clear();
            open.clear();
            sink = null;
        }
        return this;
    }

    private Behavior<Command> claim(Message.Claim claim) {
        Set<String> workers = claim.batch() == batch ? open.get(claim.job()) : null;
        if (workers != null && (workers.contains(claim.worker()) || workers.size() < TRIES)) {
            workers.add(claim.worker());
            worker(claim.worker()).tell(new Message.Granted(claim.batch(), claim.job()));
            return this;
        }
        worker(claim.worker()).tell(new Message.Stop(claim.batch(), claim.job()));
        if (workers != null) {
            int hash = claim.job().lastIndexOf('#');
            settle(new Evaluation(
                    claim.job().substring(0, hash),
                    Long.parseLong(claim.job().substring(hash + 1)),
                    new Outcome.Failed(
                            Outcome.Reason.WORKER_LOST, 0, "", workers.size() + " workers that began it went away")));
        }
        return this;
    }

    private Behavior<Command> answer(Message.Answer answer) {
        worker(answer.worker())
                .tell(new Message.Taken(answer.batch(), answer.evaluation().id()));
        if (answer.batch() == batch) {
            settle(answer.evaluation());
        }
        return this;
    }

    /** Counts the first answer to a job of the present batch. */
    private void settle(Evaluation evaluation) {
        Queue<Evaluation> told = sink;
        if (open.remove(evaluation.id()) != null && told != null) {
            told.add(evaluation);
        }
    }

    private ActorRef<WorkerActor.Command> worker(String reference) {
        return references.resolveActorRef(reference);
    }
}
