package io.github.rlllm.cluster;

import io.github.rlllm.engine.evaluate.Batch;
import io.github.rlllm.engine.evaluate.Evaluation;
import io.github.rlllm.engine.evaluate.InProcess;
import io.github.rlllm.engine.evaluate.Outcome;
import io.github.rlllm.engine.evaluate.Tasks;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.delivery.ConsumerController;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterStateSubscription;
import org.apache.pekko.cluster.typed.Subscribe;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one job at a time, and ends when its driver goes. */
final class WorkerActor extends AbstractBehavior<WorkerActor.Command> {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerActor.class);
    private static final Duration REPEAT = Duration.ofSeconds(2);

    private final Tasks tasks;
    private final InProcess executor;
    private final TimerScheduler<Command> timers;
    private final ActorRefResolver references =
            ActorRefResolver.get(getContext().getSystem());
    private final String self = references.toSerializationFormat(getContext().getSelf());

    private ConsumerController.@Nullable Delivery<Message.Order> delivery;
    /** Tells the running job to stop; null while none runs. */
    private @Nullable AtomicBoolean stopped;

    private @Nullable Evaluation answer;

    /** What a worker is told. */
    interface Command {}

    /** A job came. */
    record Delivered(ConsumerController.Delivery<Message.Order> delivery) implements Command {}

    /** The job ended. */
    record Ended(Evaluation evaluation) implements Command {}

    /** The claim or the answer may have been lost. */
    record Repeat() implements Command {}

    /** A member of the cluster went, or nothing was heard of it for too long. */
    record Gone(Member member) implements Command {}

    static Behavior<Command> create(Tasks tasks, InProcess executor) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new WorkerActor(context, timers, tasks, executor)));
    }

    private WorkerActor(
            ActorContext<Command> context, TimerScheduler<Command> timers, Tasks tasks, InProcess executor) {
        super(context);
        this.timers = timers;
        this.tasks = tasks;
        this.executor = executor;
        ActorRef<ClusterStateSubscription> events =
                Cluster.get(context.getSystem()).subscriptions();
        events.tell(Subscribe.create(
                context.messageAdapter(ClusterEvent.MemberRemoved.class, event -> new Gone(event.member())),
                ClusterEvent.MemberRemoved.class));
        events.tell(Subscribe.create(
                context.messageAdapter(ClusterEvent.UnreachableMember.class, event -> new Gone(event.member())),
                ClusterEvent.UnreachableMember.class));
        ActorRef<ConsumerController.Command<Message.Order>> controller =
                context.spawn(ConsumerController.create(DriverActor.WORKERS), "orders");
        controller.tell(new ConsumerController.Start<>(
                context.messageAdapter(ConsumerController.deliveryClass(), Delivered::new)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Delivered.class, this::claim)
                .onMessage(
                        Message.Granted.class,
                        granted -> current(granted.batch(), granted.job()) && stopped == null ? begin() : this)
                .onMessage(Ended.class, this::end)
                .onMessage(Repeat.class, repeat -> send())
                .onMessage(Message.Taken.class, taken -> current(taken.batch(), taken.job()) ? confirm() : this)
                .onMessage(Message.Stop.class, stop -> current(stop.batch(), stop.job()) ? stop() : this)
                .onMessage(Gone.class, gone -> gone.member().hasRole(Settings.DRIVER) ? Behaviors.stopped() : this)
                .onSignal(PostStop.class, signal -> {
                    if (stopped != null) {
                        stopped.set(true);
                    }
                    return this;
                })
                .build();
    }

    private Behavior<Command> claim(Delivered delivered) {
        delivery = delivered.delivery();
        timers.startTimerWithFixedDelay(REPEAT, new Repeat(), REPEAT);
        return send();
    }

    private Behavior<Command> begin() {
        Message.Order order = Objects.requireNonNull(delivery).message();
        AtomicBoolean flag = new AtomicBoolean();
        stopped = flag;
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(
                                () -> evaluate(order, flag),
                                run -> new Thread(run, "job " + order.job().id()).start()),
                        (evaluation, failure) -> new Ended(
                                failure == null
                                        ? evaluation
                                        : crashed(order, failure.getClass().getName(), String.valueOf(failure))));
        return this;
    }

    private Evaluation evaluate(Message.Order order, AtomicBoolean flag) {
        try {
            tasks.get(order.task());
        } catch (IllegalArgumentException e) {
            return crashed(order, e.getClass().getName(), String.valueOf(e.getMessage()));
        }
        Evaluation[] result = new Evaluation[1];
        executor.run(
                new Batch(order.task(), List.of(order.job()), order.limits()),
                evaluation -> result[0] = evaluation,
                flag::get);
        Evaluation evaluation = result[0];
        try {
            new WireSerializer().toBinary(new Message.Answer(order.batch(), self, evaluation));
        } catch (IllegalArgumentException e) {
            return crashed(order, e.getClass().getName(), "figures: " + e.getMessage());
        }
        return evaluation;
    }

    private static Evaluation crashed(Message.Order order, String subject, String message) {
        return Evaluation.of(order.job(), new Outcome.Failed(Outcome.Reason.CRASHED, 0, subject, message));
    }

    private Behavior<Command> end(Ended ended) {
        boolean lost = ended.evaluation()
                .outcome()
                .failure()
                .map(failed -> failed.reason() == Outcome.Reason.WORKER_LOST)
                .orElse(false);
        if (lost) {
            // Unconfirmed, the job goes to another.
            LOG.error("Worker ends: {}", ended.evaluation().outcome());
            return Behaviors.stopped();
        }
        if (stopped != null && stopped.get()) {
            return confirm();
        }
        answer = ended.evaluation();
        return send();
    }

    /** Says again what the driver has to know. */
    private Behavior<Command> send() {
        ConsumerController.Delivery<Message.Order> now = delivery;
        Evaluation known = answer;
        if (now != null) {
            Message.Order order = now.message();
            if (known != null) {
                driver(order).tell(new Message.Answer(order.batch(), self, known));
            } else if (stopped == null) {
                driver(order).tell(new Message.Claim(order.batch(), order.job().id(), self));
            }
        }
        return this;
    }

    private Behavior<Command> stop() {
        if (stopped == null) {
            return confirm();
        }
        stopped.set(true);
        return this;
    }

    private Behavior<Command> confirm() {
        ConsumerController.Delivery<Message.Order> now = delivery;
        if (now != null) {
            timers.cancel(REPEAT);
            delivery = null;
            answer = null;
            stopped = null;
            now.confirmTo().tell(ConsumerController.confirmed());
        }
        return this;
    }

    private boolean current(long batch, String job) {
        ConsumerController.Delivery<Message.Order> now = delivery;
        return now != null
                && now.message().batch() == batch
                && now.message().job().id().equals(job);
    }

    private ActorRef<DriverActor.Command> driver(Message.Order order) {
        return references.resolveActorRef(order.driver());
    }
}
