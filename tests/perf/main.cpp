// make bench: what an access through the SMMU costs, as a ratio to a direct one.
//
// smmu_bench [FOLDER [ROW ...]]: prints a table and writes bench.json into FOLDER; with ROWs, these
// and the direct access only.
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/perf/rounds.h"
#include "tests/perf/world.h"

namespace smmu::perf {
namespace {

constexpr unsigned rounds = 21;

/// Pseudo-random page numbers below 512, without a table that would fill the host's caches.
struct Dice {
    uint32_t state = 1;
    uint32_t page() { return (state = state * 1664525 + 1013904223) >> 23; }
};

Params one_entry_everywhere() {
    Params params;
    params.micro_tlb = {1, 1};
    params.tlb = {1, 1};
    return params;
}

struct Bench : sc_core::sc_module {
    Reader direct_device{"direct_device"};
    Memory direct_memory{"direct_memory"};
    Translated warm{"warm", Params{}, 512};
    Translated cold{"cold", one_entry_everywhere(), 2};
    std::vector<Operation> operations;
    std::vector<Figure> figures;
    std::string broken;  ///< what did not do what it should; then there are no figures

    explicit Bench(sc_core::sc_module_name name, std::vector<std::string> rows)
        : sc_module(name), rows_(std::move(rows)) {
        using SC_CURRENT_USER_MODULE = Bench;
        direct_device.out.bind(direct_memory.direct);
        for (auto* socket : {&direct_memory.translated, &direct_memory.tables})
            unused_.push_back(std::make_unique<Unused>(*socket));
        unused_.push_back(std::make_unique<Unused>(warm.memory.direct));
        unused_.push_back(std::make_unique<Unused>(cold.memory.direct));
        SC_THREAD(run);
    }

private:
    /// Binds a socket that this bench has no use for.
    struct Unused {
        template <class Socket>
        explicit Unused(Socket& socket)
            : out(std::make_unique<tlm_utils::simple_initiator_socket<Unused, 32>>(
                  sc_core::sc_gen_unique_name("unused"))) {
            out->bind(socket);
        }
        std::unique_ptr<tlm_utils::simple_initiator_socket<Unused, 32>> out;
    };

    void run() {
        warm.start();
        cold.start();
        if (!works()) return sc_core::sc_stop();
        operations = {
            {"direct", "8 bytes, initiator to memory",
             [this](unsigned n) {
                 while (n--) direct_device.read(Memory::base);
             }},
            {"hit_same_page", "micro TLB hit, same page, memory included",
             [this](unsigned n) {
                 while (n--) warm.device.read(Translated::va);
             },
             1.9},
            {"hit_random_512", "micro TLB hit, random page of 512, nested",
             [this](unsigned n) {
                 Dice dice;
                 while (n--) warm.device.read(Translated::va + arch::page_bytes * dice.page());
             },
             2.5},
            {"walk_nested_4x4_b", "24 table reads by b_transport, data included",
             [this](unsigned n) {
                 while (n--) cold.device.read(Translated::va + (n & 1) * arch::page_bytes);
             },
             35},
        };
        const auto unwanted = [this](const Operation& o) {
            return !rows_.empty() && o.name != "direct" &&
                   std::find(rows_.begin(), rows_.end(), o.name) == rows_.end();
        };
        operations.erase(std::remove_if(operations.begin(), operations.end(), unwanted),
                         operations.end());
        figures = measure(operations, rounds);
        sc_core::sc_stop();
    }

    /// Each row does what its name says; also fills the caches.
    bool works() {
        for (uint64_t page = 0; page < 512; ++page)
            if (!warm.device.read(Translated::va + page * arch::page_bytes))
                broken = "an access through the SMMU failed";
        cold.device.read(Translated::va);
        const uint64_t before = cold.memory.accesses;
        cold.device.read(Translated::va + arch::page_bytes);
        if (cold.memory.accesses - before != 24 + 1)
            broken = "a cold nested walk did not take 24 reads beside the data";
        return broken.empty();
    }

    const std::vector<std::string> rows_;
    std::vector<std::unique_ptr<Unused>> unused_;
};

void print(const Bench& bench) {
    std::printf("%-20s %9s %7s %7s  %s\n", "row", "ns", "ratio", "target", "what");
    for (size_t i = 0; i < bench.operations.size(); ++i) {
        const Operation& o = bench.operations[i];
        const Figure& f = bench.figures[i];
        std::printf("%-20s %9.1f %7.2f ", o.name.c_str(), f.ns, f.ratio);
        if (o.target > 0)
            std::printf("%7.1f  %s%s\n", o.target, o.what.c_str(),
                        f.ratio <= o.target ? "" : "  (above target)");
        else
            std::printf("%7s  %s\n", "", o.what.c_str());
    }
}

void write_json(const Bench& bench, const std::filesystem::path& folder) {
    boost::json::array rows;
    for (size_t i = 0; i < bench.operations.size(); ++i) {
        const Operation& o = bench.operations[i];
        rows.push_back({{"name", o.name},
                        {"ns", bench.figures[i].ns},
                        {"ratio", bench.figures[i].ratio},
                        {"target", o.target > 0 ? boost::json::value(o.target) : nullptr}});
    }
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "bench.json") << boost::json::serialize(rows) << '\n';
}

}  // namespace
}  // namespace smmu::perf

int sc_main(int argc, char** argv) {
    sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
    smmu::perf::Bench bench("bench", {argv + std::min(argc, 2), argv + argc});
    sc_core::sc_start();
    if (!bench.broken.empty()) {
        std::cerr << "smmu_bench: " << bench.broken << '\n';
        return 1;
    }
    print(bench);
    if (argc > 1) write_json(bench, argv[1]);
    return 0;
}
