// Fixture of counter groups: the nested bench, a master for their registers, an endpoint, pins.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include "tests/model/smmu_bench.h"
#include "tlm_sockets/ats_extension.h"

namespace smmu::test {

/// A device that asks for translations.
struct Requester : sc_core::sc_module {
    tlm_utils::simple_initiator_socket<Requester, 32> ats{"ats"};
    explicit Requester(sc_core::sc_module_name name) : sc_module(name) {}
};

/// Two groups of 16 counters of 64 bits, in page 1.  Offsets typed from Arm IHI 0070 G.b, 10.5.1.
class SmmuPmcg : public SimTest {
protected:
    static constexpr uint64_t EVTYPER = 0x400, SMR = 0xA00, CNTENSET0 = 0xC00, INTENSET0 = 0xC40;
    static constexpr uint64_t CR = 0xE04, IRQ_CTRL = 0xE50, IRQ_CTRLACK = 0xE54, IRQ_CFG0 = 0xE58;
    static constexpr uint64_t IRQ_CFG1 = 0xE60, IRQ_CFG2 = 0xE64, IRQ_STATUS = 0xE68;
    static constexpr uint64_t page1 = 0x1'0000, OVSCLR0 = page1 + 0xC80, OVSSET0 = page1 + 0xCC0;
    static constexpr uint64_t SVR = page1 + 0x600, group1 = 0x2'0000;
    static constexpr uint32_t SPAN = 1u << 29, OVFCAP = 1u << 31;
    static constexpr uint32_t stream = NestedBench::stream;
    static constexpr uint64_t va = NestedBench::va;

    static Params with_groups() {
        Params p;
        p.pmcg_groups = 2;
        p.features.ats = p.features.atos = true;
        p.features.httu = 2;
        return p;
    }
    explicit SmmuPmcg(const Params& params = with_groups()) : bench(params) {
        bench.checkers.connect(software.out, bench.smmu.pmcg, "check_pmcg");
        bench.checkers.connect(endpoint.ats, bench.smmu.ats[0], "check_ats");
        for (size_t n = 0; n < bench.smmu.irq_pmcg.size(); ++n) {
            pins[n].reset(new sc_core::sc_signal<bool>(sc_core::sc_gen_unique_name("pin"), false));
            bench.smmu.irq_pmcg[n].out(*pins[n]);
            watch(*pins[n], pulses[n]);
        }
    }

    // --- Software

    template <class T>
    T get(uint64_t offset) {
        T value{};
        EXPECT_TRUE(software.read(StreamIn{}, offset, value).ok());
        return value;
    }
    template <class T>
    void put(uint64_t offset, T value) {
        EXPECT_TRUE(software.write(StreamIn{}, offset, value).ok());
    }
    static constexpr uint64_t counter(unsigned n) { return page1 + 8 * n; }
    uint64_t value(unsigned n) { return get<uint64_t>(counter(n)); }
    void set_up(unsigned n, uint32_t event, uint32_t smr = stream, uint32_t flags = 0,
                uint64_t group = 0) {
        put(group + EVTYPER + 4 * n, event | flags);
        put(group + SMR + 4 * n, smr);
        put(group + CNTENSET0, uint64_t{1} << n);
    }
    void enable(uint64_t group = 0) { put(group + CR, uint32_t{1}); }
    void enable_interrupt(uint64_t counters, uint64_t group = 0) {
        put(group + INTENSET0, counters);
        put(group + IRQ_CTRL, uint32_t{1});
        while (get<uint32_t>(group + IRQ_CTRLACK) != 1) sc_core::wait(ns);
    }
    /// Counter n counts event n of the nested stream, from 1 to 7.
    void count_all() {
        for (uint32_t event = 1; event <= 7; ++event) set_up(event, event);
        enable();
    }
    /// Counters 1 to 7, which start again from zero.
    std::vector<uint64_t> counted() {
        std::vector<uint64_t> values;
        for (unsigned event = 1; event <= 7; ++event) {
            values.push_back(value(event));
            put(counter(event), uint64_t{0});
        }
        return values;
    }
    using Counts = std::vector<uint64_t>;

    // --- Traffic

    bool read(uint64_t address, uint32_t who = stream,
              AddressType type = AddressType::Untranslated) {
        StreamIn in = of_stream(who);
        in.address_type = type;
        uint32_t data = 0;
        return bench.device.read(in, address, data).ok();
    }
    arch::AtsStatus ask(uint64_t address, uint32_t who = stream) {
        AtsExtension message(AtsMessage::TranslationRequest);
        message.request.stream = arch::StreamId{who};
        message.request.address = address;
        tlm::tlm_generic_payload p;
        carry(p, message);
        sc_core::sc_time delay;
        endpoint.ats->b_transport(p, delay);
        p.clear_extension(&message);
        return message.completion.status;
    }
    void forget_all() {
        bench.run(arch::command<arch::CfgiSteRange>(arch::Opcode::CFGI_STE_RANGE)
                      .set(arch::CfgiSteRange::Range, 31),
                  arch::command<arch::TlbiNh>(arch::Opcode::TLBI_NSNH_ALL));
    }

    NestedBench bench;
    Device software{"software"};
    Requester endpoint{"endpoint"};
    std::unique_ptr<sc_core::sc_signal<bool>> pins[2];
    std::vector<sc_core::sc_time> pulses[2];

private:
    static void watch(sc_core::sc_signal<bool>& pin, std::vector<sc_core::sc_time>& seen) {
        sc_core::sc_spawn_options options;
        options.spawn_method();
        options.dont_initialize();
        options.set_sensitivity(&pin.posedge_event());
        sc_core::sc_spawn([&seen] { seen.push_back(sc_core::sc_time_stamp()); },
                          sc_core::sc_gen_unique_name("watch"), &options);
    }
};

}  // namespace smmu::test
