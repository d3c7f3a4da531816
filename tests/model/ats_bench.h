// An endpoint with ATS behind a root complex and an SMMU: test engine, configuration space, driver.
#pragma once
#include <optional>
#include <vector>

#include "pcie/root_complex.h"
#include "smmuv3/arch/ats.h"
#include "smmuv3/smmu.h"
#include "test_engine/test_engine.h"
#include "tests/model/smmu_driver.h"
#include "tests/tlm/protocol_checker.h"

namespace smmu::test {

/// What the SMMU answered to endpoints, and what it asked of them.
struct AtsLog final : Probe {
    struct Translated {
        arch::TranslationRequest request;
        arch::TranslationCompletion completion;
    };
    std::vector<Translated> translations;
    std::vector<arch::PrgResponse> automatic;  ///< responses without software
    std::vector<core::Recorded> pages;
    unsigned misses = 0;

    void translation_request(const TranslationRequest& t) override {
        translations.push_back({t.request, t.completion});
    }
    void page_request(const PageRequest& p) override {
        pages.push_back(p.recorded);
        if (p.response) automatic.push_back(*p.response);
    }
    void miss(const Miss&) override { ++misses; }
};

/// The engine is 00:01.0 of segment 1: frame n has requester ID 8 + 8n and StreamID 0x108 + 8n.  All
/// streams are nested, unless a test says otherwise.
class AtsBench : public sc_core::sc_module, public SmmuDriver {
public:
    using Command = test_engine::Command;

    static constexpr uint64_t page_request_queue = 0x3'8000;
    static constexpr uint16_t vmid = 7, asid = 9;
    static constexpr uint64_t va = 0x7F'1234'5000;
    static constexpr unsigned ats = 0x100, pri = 0x110, pasid = 0x120;  ///< capabilities

    static Params params() {
        Params p;
        p.features.ats = p.features.pri = true;
        return p;
    }
    static RootComplexParams segment1() {
        RootComplexParams p;
        p.board = virt::root_complex1;
        return p;
    }

    Smmu<> smmu;
    Ram ram{"ram"};
    Device cpu{"cpu"}, ecam{"ecam"}, frames{"frames"};
    RootComplex root{"root", segment1()};
    TestEngine engine;
    sc_core::sc_signal<bool> irq_priq{"irq_priq"}, irq_gerror{"irq_gerror"},
        irq_cmd_sync{"irq_cmd_sync"};
    unsigned irq_priq_seen = 0, irq_gerror_seen = 0, irq_cmd_sync_seen = 0;  ///< pulses
    Pages pages{ram, map::pages};
    RamTables stage1{pages, map::guest}, stage2{pages};
    uint64_t cd = pages.take();
    AtsLog log;
    Checkers checkers;
    unsigned page_requests_log2 = 2;
    arch::Cr0 cr0 = all_on().set(arch::Cr0::PRIQEN, true).set(arch::Cr0::ATSCHK, true);

    explicit AtsBench(const Params& params = AtsBench::params(),
                      const TestEngineParams& engine_params = {})
        : sc_module(sc_core::sc_module_name("bench")),
          SmmuDriver(cpu, ram),
          smmu("smmu", params),
          engine("engine", engine_params) {
        PciLink& link = root.add(engine.pci, {virt::test_engine_device});
        engine.dma.bind(link.dma);
        engine.endpoint.ats.bind(link.ats);
        link.ats_inv.bind(engine.endpoint.ats_inv);
        checkers.connect(root.dma, smmu.tbu[0], "check_tbu");
        checkers.connect(root.ats, smmu.ats[0], "check_ats");
        checkers.connect(smmu.ats_inv[0], root.ats_inv, "check_ats_inv");
        checkers.connect(smmu.mem[0], ram.in, "check_mem");
        checkers.connect(smmu.ptw, ram.in, "check_ptw");
        checkers.connect(cpu.out, smmu.regs, "check_regs");
        ecam.out.bind(root.config);
        frames.out.bind(engine.regs);
        smmu.irq_priq(irq_priq);
        smmu.irq_gerror(irq_gerror);
        smmu.irq_cmd_sync(irq_cmd_sync);
        count(irq_priq, irq_priq_seen);
        count(irq_gerror, irq_gerror_seen);
        count(irq_cmd_sync, irq_cmd_sync_seen);
        smmu.attach(log);
        streams_log2 = 9;
        // The guest's memory is all of the RAM, displaced, page by page.
        for (uint64_t pa = 0; pa < ram.size(); pa += arch::page_bytes)
            stage2.map(pa + map::guest, pa, stage2_page);
        ram.put(cd, make_cd(stage1, asid));
    }

    static constexpr uint32_t stream(uint32_t frame) { return 0x108 + 8 * frame; }
    static constexpr uint64_t data_page(unsigned n) { return map::data + n * arch::page_bytes; }
    static constexpr uint64_t page(unsigned n) { return va + n * arch::page_bytes; }
    /// Maps page n from `va` on to page n of the data.
    void map_page(unsigned n, uint64_t leaf = stage1_page) {
        stage1.map(page(n), data_page(n) + map::guest, leaf);
    }

    /// `eats`: 1 full ATS, 2 split-stage, 0 none.
    arch::Ste nested_ste(uint8_t eats) {
        return with_stage2(stage1_ste(cd + map::guest), stage2, vmid).set(arch::Ste::EATS, eats);
    }

    // --- Software

    /// The SMMU with its PRI queue, all frames nested, ATS and page requests enabled in the function.
    void start(uint8_t eats = 1) {
        using namespace arch;
        SmmuDriver::start();
        write(PriqBase{}
                  .set(PriqBase::ADDR, page_request_queue)
                  .set(PriqBase::LOG2SIZE, static_cast<uint8_t>(page_requests_log2)));
        put_index(PriqProd::offset, 0);
        put_index(PriqCons::offset, 0);
        enable_interrupts(all_interrupts().set(IrqCtrl::PRIQ_IRQEN, true));
        control(cr0);
        for (uint32_t frame = 0; frame < virt::test_engine_frames; ++frame)
            put_ste(stream(frame), nested_ste(eats));
        set_config(0x04, 0x6, 2);
        set_config(ats + 6, 0x8000, 2);
        set_config(pri + 0xC, 32, 4);
        set_config(pri + 4, 1, 2);
    }

    void put_index(uint64_t offset, uint32_t value) {
        EXPECT_TRUE(cpu.write(StreamIn{}, offset, value).ok());
    }
    uint32_t config(unsigned reg, unsigned bytes) {
        uint32_t value = 0;
        EXPECT_TRUE(ecam.access({}, tlm::TLM_READ_COMMAND, function() + reg, &value, bytes).ok());
        return value;
    }
    void set_config(unsigned reg, uint32_t value, unsigned bytes) {
        EXPECT_TRUE(ecam.access({}, tlm::TLM_WRITE_COMMAND, function() + reg, &value, bytes).ok());
    }

    std::optional<arch::PageRequest> take_page_request() {
        using namespace arch;
        const auto prod = read<PriqProd>();
        const auto cons = read<PriqCons>();
        const QueueIndex at{cons[PriqCons::RD]};
        if (empty({prod[PriqProd::WR]}, at, page_requests_log2)) return std::nullopt;
        const auto request =
            ram.get<PageRequest>(page_request_queue + 16 * at.slot(page_requests_log2));
        write(PriqCons{cons}.set(PriqCons::RD, at.next(page_requests_log2).raw));
        return request;
    }
    /// The same, after giving endpoint and SMMU time.
    std::optional<arch::PageRequest> next_page_request() {
        sc_core::wait(1000 * ns);
        return take_page_request();
    }
    static arch::PriResp answer(const arch::PageRequest& request, arch::PageResponse response) {
        using arch::PageRequest;
        using arch::PriResp;
        return arch::command<PriResp>(arch::Opcode::PRI_RESP)
            .set(PriResp::SSV, request[PageRequest::SSV])
            .set(PriResp::SubstreamID, request[PageRequest::SubstreamID])
            .set(PriResp::StreamID, request[PageRequest::StreamID])
            .set(PriResp::PRGIndex, request[PageRequest::PRGIndex])
            .set(PriResp::Resp, response);
    }
    /// Without PASID; 2^size pages.
    static arch::AtcInv atc_inv(uint32_t frame, uint64_t address, uint8_t size = 0) {
        using arch::AtcInv;
        return arch::command<AtcInv>(arch::Opcode::ATC_INV)
            .set(AtcInv::StreamID, stream(frame))
            .set(AtcInv::Size, size)
            .set(AtcInv::Address, address);
    }
    static arch::TlbiNh tlbi_all() {
        return arch::command<arch::TlbiNh>(arch::Opcode::TLBI_NSNH_ALL);
    }

    /// A page request as the function itself might send it.
    void send(const arch::PageRequest& request) {
        AtsExtension message(AtsMessage::PageRequest);
        message.page = request;
        tlm::tlm_generic_payload payload;
        carry(payload, message);
        sc_core::sc_time delay;
        engine.endpoint.ats->b_transport(payload, delay);
        payload.clear_extension(&message);
        EXPECT_TRUE(payload.is_response_ok());
        sc_core::wait(100 * ns);
    }

    /// A read by a translated address, as frame 0 might make it.
    tlm::tlm_response_status read_translated(uint64_t address) {
        uint64_t data = 0;
        tlm::tlm_generic_payload payload;
        prepare(payload, tlm::TLM_READ_COMMAND, address, &data, sizeof data);
        StreamExtension who;
        who.in.stream = {8};
        who.in.address_type = AddressType::Translated;
        payload.set_extension(&who);
        sc_core::sc_time delay;
        engine.dma->b_transport(payload, delay);
        payload.clear_extension(&who);
        return payload.get_response_status();
    }

    // --- The engine

    uint64_t get(uint32_t frame, uint64_t reg, unsigned bytes = 4) {
        uint64_t value = 0;
        frames.access({}, tlm::TLM_READ_COMMAND, test_engine::user_register(frame, reg), &value,
                      bytes);
        return value;
    }
    void set(uint32_t frame, uint64_t reg, uint64_t value, unsigned bytes = 4) {
        frames.access({}, tlm::TLM_WRITE_COMMAND, test_engine::user_register(frame, reg), &value,
                      bytes);
    }
    void set_privileged(uint32_t frame, uint64_t reg, uint64_t value) {
        frames.access({}, tlm::TLM_WRITE_COMMAND, test_engine::privileged_register(frame, reg),
                      &value, 4);
    }
    void use_ats(uint32_t frame, bool page_requests = false) {
        set_privileged(
            frame, test_engine::privileged::pctrl,
            test_engine::pctrl_ats_enable | (page_requests ? test_engine::pctrl_pri_enable : 0));
    }
    /// SUM64 over the words of [begin, begin + length); its result is in `sum`.
    void start_sum(uint32_t frame, uint64_t begin, uint64_t length = 8) {
        start(frame, Command::SUM64, begin, length);
    }
    void start(uint32_t frame, Command command, uint64_t begin, uint64_t length) {
        namespace user = test_engine::user;
        set(frame, user::begin, begin, 8);
        set(frame, user::end, begin + length - 1, 8);
        set(frame, user::stride, 1, 8);
        set(frame, user::cmd, static_cast<uint32_t>(command));
    }
    Command status(uint32_t frame) {
        return static_cast<Command>(get(frame, test_engine::user::cmd));
    }
    bool busy(uint32_t frame) {
        const Command c = status(frame);
        return c == Command::SUM64 || c == Command::RAND48 || c == Command::MEMCPY;
    }
    Command finish(uint32_t frame) {
        while (busy(frame)) sc_core::wait(ns);
        return status(frame);
    }
    /// The word at `begin` as the frame reads it; none: an error.
    std::optional<uint64_t> word(uint32_t frame, uint64_t begin) {
        start_sum(frame, begin);
        if (finish(frame) != Command::HALTED) return std::nullopt;
        return get(frame, test_engine::user::sum, 8);
    }
    Command fill(uint32_t frame, uint64_t begin, uint64_t length = 8) {
        start(frame, Command::RAND48, begin, length);
        return finish(frame);
    }

private:
    static void count(sc_core::sc_signal<bool>& pin, unsigned& pulses) {
        sc_core::sc_spawn_options options;
        options.spawn_method();
        options.dont_initialize();
        options.set_sensitivity(&pin.posedge_event());
        sc_core::sc_spawn([&pulses] { ++pulses; }, sc_core::sc_gen_unique_name("count"), &options);
    }
    uint64_t function() const { return virt::test_engine_device << 15; }
};

}  // namespace smmu::test
