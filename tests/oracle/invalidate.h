// What software does after it changed a structure: commands that cover everything made of it, no
// more than needed if chance wants it so.  Arm IHI 0070 G.b, 4.3, 4.4.
#pragma once
#include <string>

#include "ledger.h"
#include "model.h"

namespace smmu::differential {

class Invalidator {
public:
    Invalidator(World& world, Model& model, Ledger& ledger)
        : world_(world), model_(model), ledger_(ledger) {}

    /// After it no cache holds anything of the change.
    void cover(const Change& change);
    /// CFGI_ALL, TLBI_NSNH_ALL, TLBI_EL2_ALL.
    void everything();
    /// Something that nobody needs.
    void nothing_in_particular();

    unsigned refused = 0;            ///< commands that were CERROR_ILL
    std::vector<std::string> log{};  ///< what was done, for reports

private:
    void issue(uint64_t low, uint64_t high = 0);
    void cover_configs(const std::vector<Use>& uses, const Change& change);
    void cover_stage1(uint64_t word, const Use& use);
    void cover_regime(const Regime& r);
    void cover_stage2(uint64_t word, const Use& use);
    uint64_t address_words(uint64_t address, const oracle::Leaf& leaf, uint64_t& low);

    World& world_;
    Model& model_;
    Ledger& ledger_;
};

}  // namespace smmu::differential
