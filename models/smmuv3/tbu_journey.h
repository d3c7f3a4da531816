// What a transaction meets on its way through a TBU; probes are told of it at the end.
#pragma once
#include "smmuv3/tbu.h"

namespace smmu {

struct Tbu::Journey {
    explicit Journey(sc_core::sc_time& delay) : time(delay), begin(time.now()) {}

    Timeline time;
    const sc_core::sc_time begin;
    uint64_t id = 0;
    AnsweredBy by = AnsweredBy::MicroTlb;
    unsigned fetches = 0;
    bool forwarded = false;
};

}  // namespace smmu
