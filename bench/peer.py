#!/usr/bin/env python3
"""One peer on one core: Stable-Baselines3 (or sbx) whole loops, and the stepping of Gymnasium and MiniGrid.

    bench/peer.py dqn-frozenlake|dqn-doorkey|ppo-doorkey|ppo-cartpole|ppo-cartpole-sbx|cartpole-steps|minigrid-steps
                  [--steps N] [--seed S]
    bench/peer.py candidates [--count N] [--seed S]
                  [--solve] [--seeds N]

Settings are those of rlllm's benchmarks of the same names. Prints one JSON object: environment steps a second by the
wall clock, and the share of the core that the process had meanwhile. With --solve instead the environment steps and
seconds until solved, of seeds S to S + N - 1, by the rule of rlllm's benchmarks: a look at the mean return of 20 new
episodes (FrozenLake: one) every 2,048 steps, after an update, for PPO and every 2,000 for DQN, not counted in the time.
`candidates` are trainings with a reward function of their own, two processes at a time: candidates a minute, without the
start of the processes, imports and a first short training. PEERS_CORE pins it (several cores as 0,1), PEERS_OUT is
appended to.
"""
import argparse
import json
import os
import sys
import time
import warnings

if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {int(core) for core in os.environ.get("PEERS_CORE", "0").split(",")})
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
warnings.filterwarnings("ignore")

import gymnasium as gym  # noqa: E402
import numpy as np  # noqa: E402


def doorkey():
    import minigrid  # noqa: F401
    from minigrid.wrappers import ImgObsWrapper

    world = ImgObsWrapper(gym.make("MiniGrid-DoorKey-5x5-v0"))
    flat = gym.spaces.Box(0.0, 1.1, (147,), np.float32)
    return gym.wrappers.TransformObservation(world, lambda seen: seen.ravel().astype(np.float32) * 0.1, flat)


def frozenlake():
    return gym.make("FrozenLake8x8-v1", is_slippery=False)


def dqn(world, seed, **settings):
    from stable_baselines3 import DQN

    return DQN("MlpPolicy", world, seed=seed, device="cpu", learning_rate=1e-3, buffer_size=100_000, learning_starts=1000,
               batch_size=64, target_update_interval=500, exploration_fraction=0.5, exploration_final_eps=0.05,
               policy_kwargs={"net_arch": [64, 64]}, **settings)


def ppo_cartpole(library, seed):
    from stable_baselines3.common.env_util import make_vec_env

    settings = dict(n_steps=32, batch_size=256, n_epochs=20, gamma=0.98, gae_lambda=0.8, ent_coef=0.0,
                    learning_rate=lambda left: 1e-3 * left)
    worlds = make_vec_env("CartPole-v1", n_envs=8, seed=seed)
    if library == "sbx":
        from sbx import PPO

        return PPO("MlpPolicy", worlds, seed=seed, clip_range=0.2, **settings)
    from stable_baselines3 import PPO

    return PPO("MlpPolicy", worlds, seed=seed, device="cpu", clip_range=lambda left: 0.2 * left, **settings)


def ppo_doorkey(seed):
    from stable_baselines3 import PPO
    from stable_baselines3.common.env_util import make_vec_env

    return PPO("MlpPolicy", make_vec_env(doorkey, n_envs=8, seed=seed), seed=seed, device="cpu", n_steps=128,
               batch_size=64, n_epochs=10, learning_rate=2.5e-4, ent_coef=0.01)


def learning(model, before):
    """A loop that learns, begun before the clock so that first calls and compilation are outside."""
    model.learn(before)

    def run(steps):
        at = model.num_timesteps
        model.learn(steps, reset_num_timesteps=False)
        return model.num_timesteps - at

    return run


def stepping(world, actions, ends):
    """A loop that only steps; a world that does not begin anew by itself is reset at the end of an episode."""
    world.reset(seed=0)

    def run(steps):
        done = 0
        while done < steps:
            for action in actions:
                _, _, terminated, truncated, _ = world.step(action)
                if ends and (terminated or truncated):
                    world.reset()
            done += np.size(actions)
        return done

    run(1)
    return run


def loop(name, seed):
    rng = np.random.default_rng(seed)
    if name == "dqn-frozenlake":
        return learning(dqn(frozenlake(), seed, gamma=0.99, train_freq=4), 1100), 8_192
    if name == "dqn-doorkey":
        return learning(dqn(doorkey(), seed, gamma=0.95, train_freq=2), 1100), 5_000
    if name == "ppo-doorkey":
        return learning(ppo_doorkey(seed), 1024), 8_192
    if name == "ppo-cartpole":
        return learning(ppo_cartpole("sb3", seed), 256), 15_360
    if name == "ppo-cartpole-sbx":
        return learning(ppo_cartpole("sbx", seed), 512), 15_360
    if name == "cartpole-steps":
        world = gym.make_vec("CartPole-v1", num_envs=1024, vectorization_mode="vector_entry_point")
        return stepping(world, rng.integers(0, 2, (512, 1024)), ends=False), 10_000_000
    import minigrid  # noqa: F401
    from minigrid.wrappers import ImgObsWrapper

    return stepping(ImgObsWrapper(gym.make("MiniGrid-DoorKey-5x5-v0")), rng.integers(0, 7, 1024).tolist(), ends=True), 20_000


# benchmark: (its world, a model from world and seed, budget, steps between looks, episodes of a look, how actions are chosen,
#             share of random actions, the mean return that solves it)
def solving(name):
    dqn_of = {"dqn-frozenlake": dict(gamma=0.99, train_freq=4), "dqn-doorkey": dict(gamma=0.95, train_freq=2)}
    if name in dqn_of:
        world = frozenlake if name == "dqn-frozenlake" else doorkey
        episodes, epsilon = (1, 0.0) if world is frozenlake else (20, 0.05)
        return world, lambda seed: dqn(world(), seed, **dqn_of[name]), 100_000, 2_000, episodes, True, epsilon, 0.9
    if name == "ppo-doorkey":
        return doorkey, ppo_doorkey, 300_000, 2_048, 20, False, 0.0, 0.9
    library = "sbx" if name == "ppo-cartpole-sbx" else "sb3"
    world = lambda: gym.make("CartPole-v1")  # noqa: E731
    return world, lambda seed: ppo_cartpole(library, seed), 100_000, 2_048, 20, True, 0.0, 475


def solve(name, seed):
    """Environment steps and seconds of learning until solved, and whether it was."""
    from stable_baselines3.common.callbacks import BaseCallback

    make, model_of, budget, every, episodes, greedy, epsilon, bound = solving(name)
    world, rng = make(), np.random.default_rng(10_000)
    world.reset(seed=10_000)

    def mean_return(model):
        returns = []
        while len(returns) < episodes and not (len(returns) == 4 and max(returns) == 0):
            seen, _ = world.reset()
            earned, over = 0.0, False
            while not over:
                action = int(model.predict(seen, deterministic=greedy)[0])
                if rng.random() < epsilon:
                    action = int(rng.integers(world.action_space.n))
                seen, reward, terminated, truncated, _ = world.step(action)
                earned, over = earned + reward, terminated or truncated
            returns.append(earned)
        return sum(returns) / episodes

    class Looks(BaseCallback):
        next, lost, solved_at = every, 0.0, None

        def look(self):
            if self.num_timesteps >= self.next and self.solved_at is None:
                self.next += every
                begin = time.perf_counter()
                if mean_return(self.model) >= bound:
                    self.solved_at = self.num_timesteps
                self.lost += time.perf_counter() - begin

        def _on_rollout_start(self):  # of PPO: after the update of the rollout before
            if hasattr(self.model, "rollout_buffer"):
                self.look()

        def _on_step(self):
            if not hasattr(self.model, "rollout_buffer"):
                self.look()
            return self.solved_at is None

    model, looks = model_of(seed), Looks()
    begin = time.perf_counter()
    model.learn(budget, callback=looks)
    seconds = time.perf_counter() - begin - looks.lost
    return looks.solved_at or model.num_timesteps, seconds, looks.solved_at is not None


def main():
    names = ["dqn-frozenlake", "dqn-doorkey", "ppo-doorkey", "ppo-cartpole", "ppo-cartpole-sbx", "cartpole-steps",
             "minigrid-steps", "candidates"]
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("name", choices=names)
    p.add_argument("--steps", type=int, default=0)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--solve", action="store_true")
    p.add_argument("--seeds", type=int, default=20)
    p.add_argument("--count", type=int, default=6, help="candidates")
    a = p.parse_args()
    if a.solve and a.name.endswith("-steps"):
        p.error(f"--solve: {a.name} (expected: a benchmark in which something learns)")
    if a.name == "candidates":
        if a.solve:
            p.error("--solve: candidates (expected: a benchmark in which something learns until it is solved)")
        candidates(a.count, a.seed)
        return
    try:
        import torch

        torch.set_num_threads(1)
    except ImportError:
        pass  # stepping needs none
    if a.solve:
        runs = []
        for seed in range(a.seed, a.seed + a.seeds):
            runs.append(solve(a.name, seed))
            print(f"{a.name}, seed {seed}: {runs[-1]}", file=sys.stderr, flush=True)
        emit({"bench": a.name + ", to solve", "steps": [run[0] for run in runs], "seconds": [run[1] for run in runs],
              "unsolved": sum(not run[2] for run in runs)})
        return
    run, usual = loop(a.name, a.seed)
    wall, cpu = time.perf_counter(), time.process_time()
    steps = run(a.steps or usual)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    emit({"bench": a.name, "unit": "env steps/s", "median": steps / wall, "cpu_per_wall": cpu / wall, "steps": steps})


CANDIDATE_STEPS = 20_480
CANDIDATE = """
def reward(position, velocity, engine):
    height = math.sin(3 * position)
    speed = 10 * abs(velocity)
    flag = 10.0 if position >= 0.5 else 0.0
    effort = 0.0 if engine == 0 else -0.01
    return height + speed + flag + effort, {"height": height, "speed": speed, "flag": flag, "effort": effort}
"""


def train_candidate(seed, steps=CANDIDATE_STEPS):
    """Compiles the function and trains with it; rl-zoo's settings for MountainCar-v0 without its normalisation."""
    import math

    import torch
    from stable_baselines3 import PPO
    from stable_baselines3.common.env_util import make_vec_env

    torch.set_num_threads(1)
    scope = {"math": math}
    exec(compile(CANDIDATE, "candidate", "exec"), scope)
    reward = scope["reward"]

    class Rewarded(gym.Wrapper):
        def step(self, action):
            seen, _, terminated, truncated, info = self.env.step(action)
            position, velocity = self.unwrapped.state
            total, self.components = reward(position, velocity, int(action) - 1)
            return seen, total, terminated, truncated, info

    worlds = make_vec_env("MountainCar-v0", n_envs=16, seed=seed, wrapper_class=Rewarded)
    model = PPO("MlpPolicy", worlds, seed=seed, device="cpu", n_steps=16, batch_size=64, n_epochs=4, gamma=0.99,
                gae_lambda=0.98, ent_coef=0.0, learning_rate=3e-4)
    cpu = time.process_time()
    model.learn(steps)
    return model.num_timesteps, time.process_time() - cpu


def warm_up(_):
    train_candidate(0, 512)
    time.sleep(1)  # so that the other process takes the other one


def candidates(count, seed):
    import multiprocessing

    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(warm_up, range(2), chunksize=1)
        wall = time.perf_counter()
        runs = pool.map(train_candidate, range(seed, seed + count), chunksize=1)
        wall = time.perf_counter() - wall
    emit({"bench": "candidates", "unit": "candidates/min", "median": 60 * count / wall,
          "cpu_per_wall": sum(run[1] for run in runs) / wall, "steps": sum(run[0] for run in runs)})


def emit(row):
    line = json.dumps(row)
    print(line)
    if "PEERS_OUT" in os.environ:
        with open(os.environ["PEERS_OUT"], "a", encoding="utf-8") as out:
            out.write(line + "\n")


if __name__ == "__main__":
    main()
