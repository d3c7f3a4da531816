// A probe that writes what happens in the kernel's time as a VCD, with a view for GTKWave in which states
// have names.
//
// AT: how many transactions each TBU has, and what each walk is reading.  Always: the latest command,
// event and interrupt, and how many there were.  What LT masters do lies ahead of the kernel's time,
// where a VCD cannot show it: the trace for Perfetto does.
#pragma once
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "smmuv3/probe.h"

namespace smmu {

class Vcd final : public Probe {
public:
    static constexpr unsigned most_lanes = 16;  ///< walks at a time; what is beyond is not shown

    /// Writes STEM.vcd, STEM.gtkw and STEM.*.txt, the names of states.  Made before the simulation
    /// starts; the VCD is complete when the object goes.  Of AT it shows the first `most` transactions.
    Vcd(const std::filesystem::path& stem, unsigned tbus, uint64_t most = ~uint64_t{0});
    ~Vcd() override;

    void arrival(const Arrival& a) override;
    void transaction(const Transaction& t) override;
    void fetch_begin(const FetchBegin& f) override;
    void miss(const Miss& m) override;
    void command(const Command& c) override;
    void event(const Event& e) override;
    void interrupt(const Interrupt& i) override;

private:
    struct Lane {
        uint64_t walk = 0;  ///< 0: free
        unsigned char state = 0, level = 0;
    };
    struct Counted {
        unsigned char latest = 0;
        uint32_t count = 0;
    };
    struct Signal {
        std::string name;
        unsigned bits;
        std::string names;  ///< file with names of its values, or empty
    };
    template <class T>
    void trace(const T& variable, const std::string& name, const std::string& names = "");
    void write_view(const std::filesystem::path& stem) const;
    void write_names(const std::filesystem::path& stem) const;

    sc_core::sc_trace_file* file_;
    std::vector<Signal> signals_;
    std::vector<uint32_t> on_the_way_;  ///< by TBU
    uint64_t left_;                     ///< transactions that may still be shown
    std::set<uint64_t> arrived_;
    std::array<Lane, most_lanes> lanes_{};
    Counted commands_, events_, interrupts_;
};

}  // namespace smmu
