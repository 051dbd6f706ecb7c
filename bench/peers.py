#!/usr/bin/env python3
"""Runs a Python peer beside rlllm, in one run and on one core, in turn, and prints the ratio of their speeds.

    bench/peers.py [NAME ...] --python VENV/bin/python [--peers DIR] [--rounds N] [--core K] [--json] [--list]
    bench/peers.py [NAME ...] --python VENV/bin/python --solve [--seeds N] [--core K] [--json] [--list]

All pairs in three rounds take less than ten minutes of a quiet core. NAME is a pair of the list below, or the name of a benchmark (all pairs of it); none means all. A round runs rlllm, then
the peer, both pinned to the core, so that what else the machine does falls on both. `--python` is an interpreter with
the peer's packages (torch, gymnasium, stable-baselines3, minigrid; sbx-rl for sbx; trl and datasets for the language models). The peers are those of
`bench/peer.py`, or with `--peers` the scripts of a folder, which append one JSON object a measurement (bench, median,
core_share) to the file named by PEERS_OUT and pin themselves to PEERS_CORE. Build rlllm first
(`./mvnw -DskipTests package`).

With --solve it compares what learning takes until the world is solved, environment steps and seconds, over N seeds of
each, with the same rule of evaluation: medians, and the ratio of medians with a bootstrap interval over the seeds. That
takes some twenty minutes for all four.

With --json the last line is one object of the shape that `rlllm bench NAME --json` prints: arms with their values by
round, and the ratios as aims. Each ratio is given by the wall clock and by processor time: they agree on a quiet core,
and the second is the one to read where the core was shared.
"""
import argparse
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# pair: (benchmark of rlllm, its arm, its metric, the metric of its core share, script and arguments in --peers,
#        the row that it prints, least ratio, package, name in bench/peer.py or nothing)
PAIRS = {
    "ppo-cartpole/sb3": (
        "ppo-cartpole", "rlllm", "env steps/s", "core share",
        "sb3_ppo_cartpole.py --hp zoo --steps 15360 --runs 1",
        "sb3 PPO CartPole-v1 zoo 8 envs, whole loop", 7, "stable_baselines3", "ppo-cartpole"),
    "ppo-cartpole/sbx": (
        "ppo-cartpole", "rlllm", "env steps/s", "core share",
        "sb3_ppo_cartpole.py --hp zoo --lib sbx --steps 15360 --runs 1",
        "sbx PPO CartPole-v1 zoo 8 envs, whole loop", 4, "sbx", "ppo-cartpole-sbx"),
    "ppo-cartpole/torch-64": (
        "ppo-cartpole", "rlllm 64 environments", "env steps/s", "core share",
        "cleanrl_ppo.py --hp cleanrl --vec numpy --envs 64 --steps 131072 --runs 1",
        "single-file torch PPO CartPole-v1 cleanrl 64 envs (numpy), whole loop", 2, "torch", ""),
    "ppo-doorkey/sb3": (
        "ppo-doorkey", "rlllm", "env steps/s", "core share",
        "sb3_grid.py --env doorkey --algo ppo --steps 8192 --runs 1",
        "sb3 PPO doorkey, whole loop", 10, "stable_baselines3", "ppo-doorkey"),
    "dqn-frozenlake/sb3": (
        "dqn-frozenlake", "rlllm", "env steps/s", "core share",
        "sb3_grid.py --env frozenlake --steps 8192 --runs 1",
        "sb3 DQN frozenlake, whole loop", 15, "stable_baselines3", "dqn-frozenlake"),
    "dqn-doorkey/sb3": (
        "dqn-doorkey", "rlllm", "env steps/s", "core share",
        "sb3_grid.py --env doorkey --steps 5000 --runs 1",
        "sb3 DQN doorkey, whole loop", 8, "stable_baselines3", "dqn-doorkey"),
    "candidates/sb3": (
        "candidates", "rlllm", "candidates/min", "core share", "", "", 6, "stable_baselines3", "candidates"),
    "cartpole-steps/numpy": (
        "cartpole-steps", "rlllm", "batch of 1024", "batch of 1024, core share",
        "env_step.py --seconds 1 --runs 1 --only vectorised",
        "env/gymnasium CartPole-v1 numpy-vectorised (vector_entry_point) 1024", 1, "gymnasium", "cartpole-steps"),
    "minigrid-steps/minigrid": (
        "minigrid-steps", "rlllm", "DoorKey-5x5 image", "DoorKey-5x5 image, core share",
        "env_step.py --seconds 1 --runs 1 --only minigrid",
        "env/minigrid MiniGrid-DoorKey-5x5-v0 ImgObsWrapper", 1, "minigrid", "minigrid-steps"),
    "lm-grpo/trl": (
        "lm-grpo", "rlllm", "GRPO", "GRPO, core share",
        "trl_bench.py --what grpo --short --steps 21 --runs 1",
        "trl GRPO batch 32 completions, beta 0.0", 1.7, "trl", ""),
    "lm-grpo/torch": (
        "lm-grpo", "rlllm", "GRPO", "GRPO, core share",
        "torch_lm.py --what grpo --steps 10 --runs 1",
        "torch GRPO batch 32 completions, beta 0.0", 1.1, "torch", ""),
    "lm-grpo/trl-rloo": (
        "lm-grpo", "rlllm", "RLOO", "RLOO, core share",
        "trl_bench.py --what rloo --steps 21 --runs 1",
        "trl RLOO batch 32 completions, beta 0.05", 2, "trl", ""),
    "lm-grpo/torch-ppo": (
        "lm-grpo", "rlllm", "PPO", "PPO, core share",
        "torch_lm.py --what ppo --steps 4 --runs 1",
        "torch PPO batch 32 completions, 4 epochs", 1, "torch", ""),
    "lm-generate/transformers-1": (
        "lm-generate", "rlllm", "batch 1", "batch 1, core share", "trl_bench.py --what generate",
        "transformers generate, batch 1, prompt 16 + 32 new", 10, "trl", ""),
    "lm-generate/transformers-32": (
        "lm-generate", "rlllm", "batch 32", "batch 32, core share", "trl_bench.py --what generate",
        "transformers generate, batch 32, prompt 16 + 32 new", 2, "trl", ""),
    "lm-generate/torch-1": (
        "lm-generate", "rlllm", "batch 1", "batch 1, core share", "torch_raw.py",
        "tiny GPT sampling with KV cache, batch 1, prompt 16 + 32 new", 1, "torch", ""),
    "lm-generate/torch-32": (
        "lm-generate", "rlllm", "batch 32", "batch 32, core share", "torch_raw.py",
        "tiny GPT sampling with KV cache, batch 32, prompt 16 + 32 new", 1, "torch", ""),
    "lm-sft/trl": (
        "lm-sft", "rlllm", "tokens/s", "tokens/s, core share",
        "trl_bench.py --what sft --steps 25", "trl SFT batch 32x64", 1.25, "trl", ""),
    "lm-sft/torch": (
        "lm-sft", "rlllm", "tokens/s", "tokens/s, core share",
        "torch_lm.py --what sft --steps 5", "torch SFT batch 32x64", 1, "torch", ""),
    "lm-dpo/trl": (
        "lm-dpo", "rlllm", "DPO pairs/s", "DPO pairs/s, core share",
        "trl_bench.py --what dpo --steps 25", "trl DPO batch 16 pairs of 16+32", 1.5, "trl", ""),
    "lm-dpo/trl-reward": (
        "lm-dpo", "rlllm", "reward pairs/s", "reward pairs/s, core share",
        "trl_bench.py --what reward --steps 25", "trl RewardTrainer batch 16 pairs of 48", 1.2, "trl", ""),
    "reward-program/cpython": (
        "reward-program", "rlllm", "call", "call, core share",
        "reward_fn.py", "reward/CPython dict state", 60, "torch", ""),
    "reward-program/numpy": (
        "reward-program", "rlllm", "batch", "batch, core share",
        "reward_fn.py", "reward/numpy batch 4096", 1, "torch", ""),
    "reward-program/torch-compile": (
        "reward-program", "rlllm", "batch", "batch, core share",
        "reward_fn.py", "reward/torch.compile batch 4096", 1, "torch", ""),
}


# pair of --solve: (benchmark of rlllm, package); the name in bench/peer.py is the benchmark's
SOLVES = {
    "ppo-cartpole/sb3": ("ppo-cartpole", "stable_baselines3"),
    "ppo-doorkey/sb3": ("ppo-doorkey", "stable_baselines3"),
    "dqn-frozenlake/sb3": ("dqn-frozenlake", "stable_baselines3"),
    "dqn-doorkey/sb3": ("dqn-doorkey", "stable_baselines3"),
}
# Benchmarks in which two work at a time, on the core and the next.
TWO_CORES = {"candidates"}
# By how much the median of the environment steps to solve may exceed the peer's; of the seconds.
STEPS_RATIO, SECONDS_RATIO = 1.25, 1
RESAMPLES = 2000


def fail(message):
    print(message, file=sys.stderr)
    sys.exit(2)


def peer_command(a, pair):
    """The peer's script, its arguments and the row that it prints."""
    if a.peers is None:
        return ROOT / "bench/peer.py", [PAIRS[pair][8]], PAIRS[pair][8]
    script = PAIRS[pair][4].split()
    return (a.peers / script[0]).resolve(), script[1:], PAIRS[pair][5]


def arguments():
    p = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], epilog="pairs: " + ", ".join(PAIRS))
    p.add_argument("names", nargs="*", metavar="NAME", help="pairs or benchmarks (default: all)")
    p.add_argument("--python", default=sys.executable, help="an interpreter with the peers' packages")
    p.add_argument("--peers", type=Path, help="a folder with other scripts of the peers (default: bench/peer.py)")
    p.add_argument("--jar", type=Path, default=ROOT / "rlllm-examples/target/rlllm.jar")
    p.add_argument("--java", default="java")
    p.add_argument("--heap", default="2g", help="the JVM's greatest heap (default: %(default)s)")
    p.add_argument("--core", type=int, default=0, help="the core to pin both to (default: %(default)s)")
    p.add_argument("--rounds", type=int, default=3, help="how often each runs (default: %(default)s)")
    p.add_argument("--solve", action="store_true", help="compare steps and seconds to solve, not speed")
    p.add_argument("--seeds", type=int, default=20, help="with --solve: seeds of each (default: %(default)s)")
    p.add_argument("--json", action="store_true", help="one JSON object as the last line of standard output")
    p.add_argument("--list", action="store_true", help="name the pairs and stop")
    return p.parse_args()


def chosen(names, known):
    if not names:
        return list(known)
    pairs = []
    for name in names:
        found = [pair for pair in known if name in (pair, known[pair][0])]
        if not found:
            fail(f"name: {name} (expected: one of {', '.join(known)}, or a benchmark's name)")
        pairs += [pair for pair in found if pair not in pairs]
    return pairs


def check(a, pairs):
    if a.rounds < 1:
        fail(f"--rounds: {a.rounds} (expected: >= 1)")
    if a.solve and a.seeds < 20:
        fail(f"--seeds: {a.seeds} (expected: >= 20, fewer do not tell medians apart)")
    if a.solve and a.peers is not None:
        fail("--peers: with --solve (expected: without it, bench/peer.py has the rule of evaluation)")
    if not a.jar.is_file():
        fail(f"--jar: {a.jar} (expected: the runnable jar; build it with ./mvnw -DskipTests package)")
    if a.peers is not None and not a.peers.is_dir():
        fail(f"--peers: {a.peers} (expected: a folder with the peers' scripts)")
    if not shutil.which(a.python):
        fail(f"--python: {a.python} (expected: a Python interpreter)")
    # Peers run in another folder; a link stays one, since an environment's interpreter is known by its place.
    a.python = os.path.abspath(shutil.which(a.python))
    for pair in pairs:
        if not a.solve and not peer_command(a, pair)[0].is_file():
            fail(f"--peers: {a.peers} has no {peer_command(a, pair)[0].name} (expected: it has, for {pair})")
        package = SOLVES[pair][1] if a.solve else PAIRS[pair][7]
        look = f"import importlib.util as u, sys; sys.exit(u.find_spec('{package}') is None)"
        if subprocess.run([a.python, "-c", look]).returncode:
            fail(f"--python: {a.python} has no {package} (expected: it has, for {pair})")


def cores(a, bench):
    return f"{a.core},{a.core + 1}" if bench in TWO_CORES else str(a.core)


def pinned(command, core, env=None, cwd=None):
    """Runs a command on its cores and answers its standard output; its failure is ours."""
    pin = ["taskset", "-c", core] if shutil.which("taskset") else []
    done = subprocess.run(pin + command, capture_output=True, text=True, env=env, cwd=cwd)
    if done.returncode:
        fail(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def run_ours(a, bench, folder, *options):
    out = pinned([a.java, f"-Xmx{a.heap}", "--add-modules", "jdk.incubator.vector", "-jar", str(a.jar.resolve()),
                  "bench", bench, *options, "--json", "--runs", str(folder)], cores(a, bench))
    return json.loads(out.strip().splitlines()[-1])


def arm_of(result, bench, arm):
    arms = {row["name"]: row for row in result["arms"]}
    if arm not in arms:
        fail(f"{bench}: no arm {arm} (expected: one of {list(arms)})")
    return arms[arm]


def our_values(result, pair):
    """The median speed of one run of ours, the share of the core that it had, the model and the unit."""
    bench, arm, metric, share = PAIRS[pair][:4]
    row = arm_of(result, bench, arm)
    metrics = row["metrics"]
    if metric not in metrics:
        fail(f"{bench}: {arm} has no {metric} (expected: one of {list(metrics)})")
    shares = metrics[share]["values"] if share in metrics else [float("nan")]
    return median(metrics[metric]["values"]), median(shares), row["model"], metrics[metric]["unit"]


def peer_rows(a, script, options, folder, core):
    """What a peer's script appends to the file that it is given."""
    out = folder / "peer.jsonl"
    out.unlink(missing_ok=True)
    env = dict(os.environ, PEERS_OUT=str(out), PEERS_CORE=core)
    pinned([a.python, str(script)] + options, core, env, folder)
    return [json.loads(line) for line in out.read_text().splitlines()]


def run_peer(a, pair, folder):
    script, options, row = peer_command(a, pair)
    for found in peer_rows(a, script, options, folder, cores(a, PAIRS[pair][0])):
        if found["bench"] == row:
            # The share over the measured part where the peer says it, over the whole process otherwise.
            # A time for each state is said as a rate.
            speed = 1e9 / found["median"] if found.get("unit") == "ns/state" else found["median"]
            return speed, found.get("cpu_per_wall", found.get("core_share", float("nan")))
    fail(f"{pair}: no row '{row}' (expected: one of the script's rows)")


def median(values):
    values = sorted(values)
    n = len(values)
    return values[n // 2] if n % 2 else (values[n // 2 - 1] + values[n // 2]) / 2


def metric(unit, values, statistic=None):
    """The mean, or another statistic, with a percentile bootstrap interval."""
    statistic = statistic or (lambda drawn: sum(drawn) / len(drawn))
    rng = random.Random(0)
    drawn = sorted(statistic(rng.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return {"mean": statistic(values), "low": drawn[RESAMPLES // 40], "high": drawn[-RESAMPLES // 40 - 1],
            "n": len(values), "unit": unit, "values": values}


def ratio_of_medians(ours, peers):
    """With a percentile bootstrap interval over the seeds of both, drawn apart."""
    rng = random.Random(0)
    drawn = sorted(median(rng.choices(ours, k=len(ours))) / median(rng.choices(peers, k=len(peers)))
                   for _ in range(RESAMPLES))
    return {"mean": median(ours) / median(peers), "low": drawn[RESAMPLES // 40], "high": drawn[-RESAMPLES // 40 - 1],
            "n": len(ours), "unit": "ratio"}


def aim(name, value, bound, holds):
    return {"name": name, "value": value, "bound": bound, "holds": holds}


def solves(a, pairs):
    """The arms and aims of what solving takes."""
    arms, aims = [], []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for pair in pairs:
            bench = SOLVES[pair][0]
            print(f"{pair}: rlllm", file=sys.stderr, flush=True)
            ours = arm_of(run_ours(a, bench, folder, "--only", "solve", "--seeds", str(a.seeds)), bench, "rlllm")
            print(f"{pair}: peer", file=sys.stderr, flush=True)
            options = [bench, "--solve", "--seeds", str(a.seeds)]
            peer = peer_rows(a, ROOT / "bench/peer.py", options, folder, cores(a, bench))[-1]
            steps = ours["metrics"]["median env steps to solve"]["values"]
            seconds = ours["metrics"]["median s to solve"]["values"]
            unsolved = 1 - ours["metrics"]["solved"]["mean"]
            for name, model, took, wall, failed in (
                    (f"rlllm ({pair})", ours["model"], steps, seconds, unsolved),
                    (f"peer ({pair})", "none", peer["steps"], peer["seconds"], peer["unsolved"] / a.seeds)):
                arms.append({"name": name, "model": model, "metrics": {
                    "median env steps to solve": metric("env steps", took, median),
                    "median s to solve": metric("s", wall, median),
                    "unsolved": {"mean": failed, "low": failed, "high": failed, "n": a.seeds, "unit": "share"}}})
            by_steps = ratio_of_medians(steps, peer["steps"])
            by_seconds = ratio_of_medians(seconds, peer["seconds"])
            arms.append({"name": f"rlllm over peer ({pair})", "model": "none",
                         "metrics": {"median env steps": by_steps, "median s": by_seconds}})
            aims.append(aim(f"{pair}: median env steps to solve over the peer's", by_steps["mean"], STEPS_RATIO,
                            by_steps["mean"] <= STEPS_RATIO))
            aims.append(aim(f"{pair}: median seconds to solve over the peer's", by_seconds["mean"], SECONDS_RATIO,
                            by_seconds["mean"] <= SECONDS_RATIO))
    return arms, aims


def measure(a, pairs):
    """Our benchmark runs once a round for all its pairs, and then each of its peers."""
    seen = {pair: {"ours": [], "share": [], "peer": [], "peer share": [], "model": "", "unit": ""} for pair in pairs}
    benches = list(dict.fromkeys(PAIRS[pair][0] for pair in pairs))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for turn in range(a.rounds):
            for bench in benches:
                print(f"round {turn + 1} of {a.rounds}: {bench}", file=sys.stderr, flush=True)
                result = run_ours(a, bench, folder, "--only", "speed")
                for pair in (p for p in pairs if PAIRS[p][0] == bench):
                    speed, share, model, unit = our_values(result, pair)
                    peer, peer_share = run_peer(a, pair, folder)
                    row = seen[pair]
                    row["ours"].append(speed)
                    row["share"].append(share)
                    row["peer"].append(peer)
                    row["peer share"].append(peer_share)
                    row["model"], row["unit"] = model, unit
                    print(f"  {pair}: {speed:,.0f} beside {peer:,.0f} = {speed / peer:.2f}", file=sys.stderr, flush=True)
    return seen


def speeds(a, pairs):
    """The arms and aims of the speeds."""
    seen = measure(a, pairs)
    arms, aims = [], []
    for pair in pairs:
        row, least = seen[pair], PAIRS[pair][6]
        ratio = median([x / y for x, y in zip(row["ours"], row["peer"])])
        by_cpu = median([x / s / (y / t) for x, s, y, t in zip(row["ours"], row["share"], row["peer"], row["peer share"])])
        for name, model, rates, shares in (
                (f"rlllm ({pair})", row["model"], row["ours"], row["share"]),
                (f"peer ({pair})", "none", row["peer"], row["peer share"])):
            metrics = {"speed": metric(row["unit"], rates)}
            if all(share == share for share in shares):
                metrics["core share"] = metric("share", shares)
            arms.append({"name": name, "model": model, "metrics": metrics})
        aims.append(aim(f"{pair}: speed over the peer's, wall clock", ratio, least, ratio >= least))
        if by_cpu == by_cpu:
            aims.append(aim(f"{pair}: speed over the peer's, processor time", by_cpu, least, by_cpu >= least))
    return arms, aims


def main():
    a = arguments()
    known = SOLVES if a.solve else PAIRS
    if a.list:
        print("\n".join(known))
        return
    pairs = chosen(a.names, known)
    if a.peers is None and not a.solve:
        for pair in [pair for pair in pairs if not PAIRS[pair][8]]:
            print(f"{pair}: left out (expected: --peers, which alone has it)", file=sys.stderr)
            pairs.remove(pair)
        if not pairs:
            fail("nothing is left to run")
    check(a, pairs)
    start = time.monotonic()
    arms, aims = solves(a, pairs) if a.solve else speeds(a, pairs)
    seconds = time.monotonic() - start
    if a.json:
        benches = list(dict.fromkeys(known[pair][0] for pair in pairs))
        print(json.dumps({
            "id": benches[0] if len(benches) == 1 else "peers", "seeds": a.seeds if a.solve else a.rounds,
            "seconds": seconds, "machine": f"{platform.platform()}, {platform.processor() or platform.machine()}, one core",
            "arms": arms, "aims": aims}, allow_nan=False))
        return
    width = max(len(row["name"]) for row in aims)
    for arm in arms:
        for name, found in arm["metrics"].items():
            print(f"{arm['name']:<36}  {name:<26}  {number(found['mean']):>12}  [{number(found['low'])}, "
                  f"{number(found['high'])}]  {found['unit']}")
    print()
    for row in aims:
        print(f"{row['name']:<{width}}  {row['value']:>8.2f}  aim {row['bound']}  {'holds' if row['holds'] else 'FAILS'}")


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    main()
