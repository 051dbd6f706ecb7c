#!/usr/bin/env python3
"""One peer on one core: Stable-Baselines3 (or sbx) whole loops, and the stepping of Gymnasium and MiniGrid.

    bench/peer.py dqn-frozenlake|dqn-doorkey|ppo-doorkey|ppo-cartpole|ppo-cartpole-sbx|cartpole-steps|minigrid-steps
                  [--steps N] [--seed S]

Settings are those of rlllm's benchmarks of the same names. Prints one JSON object: environment steps a second by the
wall clock, and the share of the core that the process had meanwhile. PEERS_CORE pins it, PEERS_OUT is appended to.
"""
import argparse
import json
import os
import time
import warnings

if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {int(os.environ.get("PEERS_CORE", "0"))})
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


def main():
    names = ["dqn-frozenlake", "dqn-doorkey", "ppo-doorkey", "ppo-cartpole", "ppo-cartpole-sbx", "cartpole-steps",
             "minigrid-steps"]
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("name", choices=names)
    p.add_argument("--steps", type=int, default=0)
    p.add_argument("--seed", type=int, default=0)
    a = p.parse_args()
    try:
        import torch

        torch.set_num_threads(1)
    except ImportError:
        pass  # stepping needs none
    run, usual = loop(a.name, a.seed)
    wall, cpu = time.perf_counter(), time.process_time()
    steps = run(a.steps or usual)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    line = json.dumps({"bench": a.name, "unit": "env steps/s", "median": steps / wall, "cpu_per_wall": cpu / wall,
                       "steps": steps})
    print(line)
    if "PEERS_OUT" in os.environ:
        with open(os.environ["PEERS_OUT"], "a", encoding="utf-8") as out:
            out.write(line + "\n")


if __name__ == "__main__":
    main()
