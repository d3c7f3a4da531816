// The loop that the CPU rows run (cpu_loop/loop.S): where it lies and what it does.
#pragma once
#include <cstdint>
#include <vector>

#include "boards/virt.h"

namespace smmu::perf::cpu_loop {

constexpr uint64_t ram = 0x4000'0000;     ///< of the program: waits for an interrupt, works, tells
constexpr uint64_t work = ram + 0x40;     ///< a function without arguments
constexpr uint64_t after_work = ram + 8;  ///< where the program calls it
constexpr uint64_t ram_used = 0x1'3000;   ///< bytes from `ram` on

constexpr uint64_t times = 0x1'0000;  ///< offset in RAM, 64 bits: repetitions
// Behind it lie, from the end of the last work, the registers; on the next page the data.

/// A register of 32 bits that reads as `answer`, and another.
constexpr virt::Range device{0x0900'0000, 0x1000};
constexpr uint64_t done = 4;  ///< offset of the other: a write says that work is done
constexpr uint32_t answer = 0x00C0'FFEE;

/// Of one repetition, among them 10 stores and 1 read of the device.
constexpr uint64_t instructions = 100;
/// Of `work` beside its repetitions.
constexpr uint64_t instructions_of_work = 10;
/// Of the program from one write to `done` to the next, beside `work`.
constexpr uint64_t instructions_of_wait = 5;

/// The program, to be put at `ram`.  A Broken says what is wrong.
std::vector<uint8_t> load();

}  // namespace smmu::perf::cpu_loop
