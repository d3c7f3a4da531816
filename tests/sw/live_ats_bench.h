// Two VMs whose devices ask for pages: frames of a test engine behind a root complex, each with a
// StreamID of its own.
#pragma once
#include "pcie/root_complex.h"
#include "sw_stubs/driver/page_requests.h"
#include "test_engine/test_engine.h"
#include "tests/sw/live_vm.h"

namespace smmu::test {

/// The engine is 00:01.0 of segment 1: frame n has StreamID 0x108 + 8n.
class LiveAtsBench : public LiveHost {
public:
    using Command = test_engine::Command;

    Device ecam{"ecam"}, frames{"frames"};
    RootComplex root{"root", segment1()};
    TestEngine engine{"engine", {}};

    explicit LiveAtsBench(const Params& params) : LiveHost(params) {
        PciLink& link = root.add(engine.pci, {virt::test_engine_device});
        engine.dma.bind(link.dma);
        engine.endpoint.ats.bind(link.ats);
        link.ats_inv.bind(engine.endpoint.ats_inv);
        root.dma.bind(model.tbu[0]);
        root.ats.bind(model.ats[0]);
        model.ats_inv[0].bind(root.ats_inv);
        ecam.out.bind(root.config);
        frames.out.bind(engine.regs);
    }
    static constexpr uint32_t stream(unsigned frame) { return 0x108 + 8 * frame; }

    void start() {
        LiveHost::start();
        config(0x04, 0x6, 2);
        for (unsigned frame = 0; frame < 2; ++frame)
            privileged(frame, test_engine::privileged::pctrl,
                       test_engine::pctrl_ats_enable | test_engine::pctrl_pri_enable);
    }
    void config(unsigned reg, uint32_t value, unsigned bytes) {
        const uint64_t at = (uint64_t{virt::test_engine_device} << 15) + reg;
        EXPECT_TRUE(ecam.access({}, tlm::TLM_WRITE_COMMAND, at, &value, bytes).ok());
    }
    uint32_t config(unsigned reg) {
        uint32_t value = 0;
        const uint64_t at = (uint64_t{virt::test_engine_device} << 15) + reg;
        EXPECT_TRUE(ecam.access({}, tlm::TLM_READ_COMMAND, at, &value, 2).ok());
        return value;
    }

    /// Frame n sums one word: it is the word that the frame read.
    void begin(unsigned frame, uint64_t address) {
        namespace user = test_engine::user;
        set(frame, user::begin, address, 8);
        set(frame, user::end, address + 7, 8);
        set(frame, user::stride, 1, 8);
        set(frame, user::cmd, static_cast<uint32_t>(Command::SUM64), 4);
    }
    bool busy(unsigned frame) { return status(frame) == Command::SUM64; }
    /// Nothing: it met an error.
    Reached finish(unsigned frame) {
        while (busy(frame)) sc_core::wait(ns);
        if (status(frame) != Command::HALTED) return {};
        return static_cast<uint32_t>(get(frame, test_engine::user::sum, 8));
    }
    /// A request as the function itself might send it.
    void send(const arch::PageRequest& request) {
        AtsExtension message(AtsMessage::PageRequest);
        message.page = request;
        tlm::tlm_generic_payload payload;
        payload.set_command(tlm::TLM_IGNORE_COMMAND);
        payload.set_extension(&message);
        sc_core::sc_time delay;
        engine.endpoint.ats->b_transport(payload, delay);
        payload.clear_extension(&message);
        EXPECT_TRUE(payload.is_response_ok());
    }

private:
    static RootComplexParams segment1() {
        RootComplexParams p;
        p.board = virt::root_complex1;
        return p;
    }
    Command status(unsigned frame) {
        return static_cast<Command>(get(frame, test_engine::user::cmd, 4));
    }
    uint64_t get(unsigned frame, uint64_t reg, unsigned bytes) {
        uint64_t value = 0;
        frames.access({}, tlm::TLM_READ_COMMAND, test_engine::user_register(frame, reg), &value,
                      bytes);
        return value;
    }
    void set(unsigned frame, uint64_t reg, uint64_t value, unsigned bytes) {
        frames.access({}, tlm::TLM_WRITE_COMMAND, test_engine::user_register(frame, reg), &value,
                      bytes);
    }
    void privileged(unsigned frame, uint64_t reg, uint64_t value) {
        frames.access({}, tlm::TLM_WRITE_COMMAND, test_engine::privileged_register(frame, reg),
                      &value, 4);
    }
};

/// The engine's configuration space as the IOMMU API switches it.  Both VMs share one function: what
/// one of them needs is on.
class LiveFunction {
public:
    class View final : public sw::iommu_api::PciFunction {
    public:
        explicit View(LiveFunction& function) : function_(function) {}
        void enable_ats(unsigned) override { function_.ats(+1); }
        void disable_ats() override { function_.ats(-1); }
        void enable_page_requests(unsigned most) override { function_.page_requests(+1, most); }
        void disable_page_requests() override { function_.page_requests(-1, 0); }

    private:
        LiveFunction& function_;
    };

    explicit LiveFunction(LiveAtsBench& bench) : bench_(bench) {}

private:
    static constexpr unsigned ats_capability = 0x100, pri_capability = 0x110;
    void ats(int change) {
        if ((ats_ += change) + (change < 0) == 1)
            bench_.config(ats_capability + 6, ats_ ? 0x8000 : 0, 2);
    }
    void page_requests(int change, unsigned most) {
        const bool switched = (page_requests_ += change) + (change < 0) == 1;
        if (switched && most != 0) bench_.config(pri_capability + 0xC, most, 4);
        if (switched) bench_.config(pri_capability + 4, page_requests_ ? 1 : 0, 2);
    }
    LiveAtsBench& bench_;
    int ats_ = 0, page_requests_ = 0;  ///< how many VMs want it
};

/// Two VMs with a frame each.  Their guests have mapped `iova` to a page of theirs; the page behind
/// it is not there.
class LiveAts : public LiveTest {
protected:
    static constexpr uint64_t pa[2] = {0xA0'0000, 0xC0'0000};
    static constexpr uint64_t absent = LiveGuest::iova + 0x1000;

    std::unique_ptr<LiveAtsBench> bench;
    std::unique_ptr<LiveFunction> function;
    std::unique_ptr<LiveFunction::View> view[2];
    sw::iommu_api::SmmuInstance instance;
    std::unique_ptr<LiveVm> vm[2];
    std::unique_ptr<LiveGuest> guest[2];
    unsigned refused = 0;  ///< page requests that were no VM's

    template <class Body>
    void live(Body body) {
        Params params;
        params.features.ats = params.features.pri = true;
        bench = std::make_unique<LiveAtsBench>(params);
        function = std::make_unique<LiveFunction>(*bench);
        simulate_on(*bench, [this, body] {
            bench->start();
            ASSERT_TRUE(instance.start({&bench->driver, &bench->arena}));
            for (unsigned i = 0; i < 2; ++i) {
                vm[i] = std::make_unique<LiveVm>(*bench, pa[i]);
                view[i] = std::make_unique<LiveFunction::View>(*function);
                vm[i]->start(instance, {{LiveAtsBench::stream(i)},
                                        LiveVm::vsid,
                                        false,
                                        false,
                                        true,
                                        view[i].get(),
                                        true});
                guest[i] = std::make_unique<LiveGuest>(*vm[i], bench->cpu);
                guest[i]->ats = true;
                guest[i]->boot(3);
                for (unsigned n = 0; n < 16; ++n)
                    bench->ram.put(vm[i]->memory.physical(LiveGuest::page(n)),
                                   uint64_t{word(i, n)});
            }
            body();
        });
    }
    /// What lies in page `n` of VM `i`.
    static constexpr uint32_t word(unsigned i, unsigned n) { return 0x1000 * (i + 1) + n; }

    Reached dma(unsigned i, uint64_t address) {
        bench->begin(i, address);
        return bench->finish(i);
    }
    /// The host's interrupt handlers, when what happened so far is in its queues.
    void serve() {
        sc_core::wait(1000 * ns);
        struct Sink {
            LiveAts& self;
            bool take(const arch::PageRequest& r) {
                return self.vm[0]->iommu.take(r) || self.vm[1]->iommu.take(r);
            }
            void log(const arch::PageRequest&) { ++self.refused; }
            void lost() { ++self.refused; }
        } sink{*this};
        handle_page_requests(bench->driver.page_requests(), bench->driver.commands(), sink);
        for (auto& v : vm) v->vsmmu.deliver();
    }

    // --- What guest `i` does
    std::optional<arch::PageRequest> next_request(unsigned i) {
        sw::host::Running running(guest[i]->machine);
        arch::PageRequest r{};
        if (!guest[i]->driver.page_requests().take(r)) return std::nullopt;
        return r;
    }
    void map(unsigned i, uint64_t address, unsigned n) {
        sw::host::Running running(guest[i]->machine);
        ASSERT_EQ(guest[i]->table.map({address, 0x1000}, LiveGuest::page(n), {}),
                  sw::MapResult::Done);
    }
    void answer(unsigned i, const arch::PageRequest& request, arch::PageResponse how) {
        sw::host::Running running(guest[i]->machine);
        const arch::Command command = sw::respond(request, how);
        EXPECT_EQ(guest[i]->driver.commands().run(&command, 1), sw::Completion::Done);
    }
};

}  // namespace smmu::test
