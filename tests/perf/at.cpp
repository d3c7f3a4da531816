// AT: four phases, 16 transactions on their way, memory that takes 10 ns; with and without an SMMU
// whose micro TLB takes a cycle.
#include "tests/perf/at_master.h"
#include "tests/perf/groups.h"
#include "tests/perf/world.h"

namespace smmu::perf {
namespace {

class At final : public Group {
public:
    explicit At(const Variant& variant)
        : variant_(variant),
          master_("at_master",
                  {NestedTables::va, 512, NestedTables::first_stream, variant.streams}),
          smmu_("at_smmu", params(variant)) {
        direct_master_.out.bind(direct_memory_.translated);
        master_.out.bind(smmu_.tbu[0]);
        smmu_.mem[0].bind(memory_.translated);
        smmu_.ptw.bind(memory_.tables);
        cpu_.out.bind(smmu_.regs);
        if (variant.probe) smmu_.attach(empty_);
    }

    void start() override {
        NestedTables{512, variant_.streams}.write(memory_.bytes);
        switch_on(cpu_);
        through(512);  // fills the TLBs
        check(variant_.is_exact());
        direct(512);
        require(direct_master_.failed == 0 && direct_master_.most_on_the_way == AtMaster::depth,
                "AT without an SMMU did not keep 16 reads on their way");
    }

    std::vector<Operation> rows() override {
        Operation through_smmu{"at_depth16",
                               "AT, 16 reads on their way, through the SMMU, by the micro TLB",
                               [this](unsigned n) { through(n); }, 28};
        return {{"at_direct16", "AT, 16 reads on their way, initiator to memory",
                 [this](unsigned n) { direct(n); }},
                through_smmu};
    }

private:
    static Params params(const Variant& variant) {
        Params params;
        if (variant.tlb_entries != 0) params.tlb = {variant.tlb_entries, 4};
        params.cycles.micro_tlb = 1;
        return params;
    }

    void direct(unsigned n) { direct_master_.run(n); }
    void through(unsigned n) { master_.run(n); }
    /// Other variants may miss in the micro TLB, and take longer.
    void check(bool all_hit) {
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        const uint64_t before = memory_.bytes.accesses, sum = master_.sum;
        through(512);
        require(master_.failed == 0 && master_.sum - sum == 511 * 512 / 2,
                "AT through the SMMU did not read what is in memory");
        if (!all_hit) return;
        require(memory_.bytes.accesses - before == 512, "AT hits read tables");
        require(master_.most_on_the_way == AtMaster::depth,
                "AT through the SMMU did not keep 16 reads on their way");
        // A cycle in the micro TLB and 10 ns in memory, for 16 at a time.
        const sc_core::sc_time each(11.0, sc_core::SC_NS);
        require(sc_core::sc_time_stamp() - begin == 512 / AtMaster::depth * each,
                "AT through the SMMU did not take a cycle more than memory");
    }

    const Variant variant_;
    AtMaster direct_master_{"at_direct_master", {Bytes::base, 512, 0, 1}}, master_;
    Memory direct_memory_{"at_direct_memory", 2u << 20, false};
    Memory memory_{"at_memory", 64u << 20, false};
    Smmu<> smmu_;
    Reader cpu_{"at_cpu"};
    EmptyProbe empty_;
};

}  // namespace

GroupPointer make_at(const Variant& variant) { return std::make_unique<At>(variant); }

}  // namespace smmu::perf
