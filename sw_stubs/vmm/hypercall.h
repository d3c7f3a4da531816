// What a guest can ask of its host: HVC #0, x0 = number, x1..x4 = arguments; the answer is in x0..x4.
//
// Addresses are the guest's (IPA).  Shared by both sides, so it knows neither.
#pragma once
#include <stdint.h>

namespace smmu::sw::vmm {

enum class Hypercall : uint64_t {
    Print = 1,  ///< x1 = address, x2 = length (up to 256) of a text
    NextJob =
        4,      ///< x1, x2 = results of the last one; returns a Job in x0, its arguments in x1..x4
    Crash = 5,  ///< x1..x3 = the guest's ESR, ELR, FAR: it has stopped
};

/// The answer in x0, except that of NextJob.
enum class Answer : uint64_t {
    Ok = 0,
    UnknownCall = 1,
    BadAddress = 2,  ///< not, or not wholly, the guest's memory
};

constexpr uint64_t longest_text = 256;

}  // namespace smmu::sw::vmm
