// The smallest platform that a CPU runs on: RAM with DMI, GIC, timer, a device that records
// accesses and does what the program asks for, an SMC handler.
#pragma once
#include <tlm_utils/simple_target_socket.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <utility>
#include <vector>

#include "cpu/cpu.h"
#include "gicv3/gicv3.h"
#include "tests/model/cpu_program/mailbox.h"
#include "tests/support/sim_test.h"
#include "timer/generic_timer.h"

namespace smmu::test {

/// One access as it arrived on the bus.
struct BusAccess {
    enum Kind : uint8_t { Read, Write } kind;
    uint64_t offset;
    unsigned size;
    uint64_t value;
    bool operator==(const BusAccess& o) const {
        return kind == o.kind && offset == o.offset && size == o.size && value == o.value;
    }
};

class CpuBench : public sc_core::sc_module, private SmcHandler, private CacheMaintenance {
public:
    Aarch64Cpu cpu;
    Gicv3 gic{"gic"};
    GenericTimer timer{"timer"};

    std::vector<BusAccess> accesses;                           ///< those of device_base
    std::vector<std::pair<std::string, uint64_t>> maintained;  ///< operation and line
    std::vector<SmcCall> smc_calls;                            ///< all but the exit
    std::optional<uint64_t> exit_status;
    uint64_t answer = 0;           ///< what device_base reads as
    sc_core::sc_time device_wait;  ///< how long device_base keeps its caller

    explicit CpuBench(sc_core::sc_module_name name, CpuParams params = {})
        : sc_module(name), cpu("cpu", params) {
        cpu.mem.bind(from_cpu_);
        from_cpu_.register_b_transport(this, &CpuBench::transport);
        from_cpu_.register_get_direct_mem_ptr(this, &CpuBench::grant);
        cpu.smc.bind(*this);
        cpu.cache.bind(*this);
        to_gicd_.bind(gic.gicd);
        to_gicr_.bind(gic.gicr);
        gic.irq.bind(cpu.irq);
        gic.virq.bind(cpu.virq);
        gic.maintenance.bind(gic.input(25));
        gic.system_registers.bind(cpu.system_registers);
        timer.system_registers.bind(cpu.system_registers);
        timer.cntp.bind(gic.input(30));
        timer.cntv.bind(gic.input(27));
        timer.cnthp.bind(gic.input(26));
    }

    uint8_t* ram(uint64_t address = ram_base) { return ram_.get() + (address - ram_base); }
    Mailbox& mailbox() { return *reinterpret_cast<Mailbox*>(ram(mailbox_address)); }

    void load(const std::string& file, Case which, uint64_t argument) {
        std::ifstream in(file, std::ios::binary);
        ASSERT_TRUE(in) << file;
        in.read(reinterpret_cast<char*>(ram()), ram_size);
        cpu.set_reset_state({ram_base, static_cast<uint64_t>(which), argument});
    }

    /// Waits until the program ends by SMC.
    void wait_for_exit() {
        while (!exit_status) wait(exited_);
    }

private:
    struct Free {
        void operator()(uint8_t* memory) const { std::free(memory); }
    };

    void transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
        const uint64_t address = payload.get_address();
        if (address - gicd_base < 0x1'0000) return forward(to_gicd_, gicd_base, payload, delay);
        if (address - gicr_base < 0x2'0000) return forward(to_gicr_, gicr_base, payload, delay);
        if (address - device_base < 0x1000) return access_device(payload, delay);
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }

    using ToTarget = tlm_utils::simple_initiator_socket<CpuBench, 32>;
    static void forward(ToTarget& socket, uint64_t base, tlm::tlm_generic_payload& payload,
                        sc_core::sc_time& delay) {
        payload.set_address(payload.get_address() - base);
        socket->b_transport(payload, delay);
        payload.set_address(payload.get_address() + base);
    }

    void access_device(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
        BusAccess access{payload.is_write() ? BusAccess::Write : BusAccess::Read,
                         payload.get_address() - device_base, payload.get_data_length(), 0};
        if (payload.is_read()) std::memcpy(payload.get_data_ptr(), &answer, access.size);
        std::memcpy(&access.value, payload.get_data_ptr(), access.size);
        accesses.push_back(access);
        if (device_wait != sc_core::SC_ZERO_TIME) {
            wait(delay + device_wait);
            delay = sc_core::SC_ZERO_TIME;
        }
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
        if (payload.is_write()) obey(access);
    }

    void obey(const BusAccess& request) {
        const auto value = static_cast<uint32_t>(request.value);
        switch (request.offset) {
            case pulse_spi:
                gic.input(value)->write(true);
                gic.input(value)->write(false);
                break;
            case raise_virq: cpu.virq->write(true); break;
            case lower_virq: cpu.virq->write(false); break;
            case patch_code: patch(value); break;
            case patch_and_tell:
                patch(value);
                cpu.invalidate_code(code_pa, code_pa + 4);
                break;
        }
    }

    /// Writes a function that returns `value` as DMA would, behind the simulator's back.
    void patch(uint32_t value) {
        const uint32_t code[] = {0x5280'0000 | value << 5, 0xD65F'03C0};  // mov w0, #value; ret
        std::memcpy(ram(code_pa), code, sizeof code);
    }

    bool grant(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) {
        dmi.set_start_address(ram_base);
        dmi.set_end_address(ram_base + ram_size - 1);
        dmi.set_dmi_ptr(ram_.get());
        dmi.allow_read_write();
        return true;
    }

    SmcResult smc(const SmcCall& call) override {
        SmcResult result{{call.x[0] + 1, 2, 3, 4}};
        if (call.x[0] == exit_function) {
            exit_status = call.x[1];
            exited_.notify();
            result.power_off = true;
        } else {
            smc_calls.push_back(call);
        }
        return result;
    }

    void clean(uint64_t line) override { maintained.emplace_back("clean", line); }
    void clean_and_invalidate(uint64_t line) override {
        maintained.emplace_back("clean and invalidate", line);
    }
    void invalidate(uint64_t line) override { maintained.emplace_back("invalidate", line); }

    tlm_utils::simple_target_socket<CpuBench, 32> from_cpu_{"from_cpu"};
    ToTarget to_gicd_{"to_gicd"}, to_gicr_{"to_gicr"};
    std::unique_ptr<uint8_t, Free> ram_{
        static_cast<uint8_t*>(std::memset(std::aligned_alloc(0x1000, ram_size), 0, ram_size))};
    sc_core::sc_event exited_;
};

}  // namespace smmu::test
