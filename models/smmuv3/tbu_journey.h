// What a transaction meets on its way through a TBU; probes are told of it at the end.
#pragma once
#include "smmuv3/tbu.h"

namespace smmu {

struct Tbu::Journey {
    Journey(sc_core::sc_time& delay, const ProbeList& probes)
        : time(delay, probes.empty() ? Timeline::Detail::Total : Timeline::Detail::Parts),
          begin(probes.empty() ? sc_core::SC_ZERO_TIME : time.now()) {}

    Timeline time;
    const sc_core::sc_time begin;  ///< for probes
    uint64_t id = 0;
    AnsweredBy by = AnsweredBy::MicroTlb;
    unsigned fetches = 0;
    bool forwarded = false;
};

}  // namespace smmu
