// Software that answers stall records, and what must become of the transactions then.
// Arm IHI 0070 G.b, 3.12.2, 4.7.
#pragma once
#include <deque>

#include "oracle/stall.h"
#include "statistics.h"

namespace smmu::differential {

class Stalls {
public:
    Stalls(World& world, Model& model, Statistics& statistics)
        : world_(world), model_(model), statistics_(statistics) {}

    /// The model has stalled a transaction.
    void enter(const oracle::Access& access, const Observed& seen);
    /// Now and then a command.  A sentence if the model makes something else of it than the oracle.
    std::string answer(const oracle::Registers& registers);
    /// A transaction that comes again, or the new one.
    oracle::Access next(World& world);
    /// The SMMU goes off: all are terminated (6.3.9.6).
    void clear() { model_.stalled.clear(); }

private:
    oracle::StallCommand random_command(bool enough);
    std::string ended(const Stalled& s, oracle::End expected);

    World& world_;
    Model& model_;
    Statistics& statistics_;
    std::deque<oracle::Access> retried_;
};

}  // namespace smmu::differential
