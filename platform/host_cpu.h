// A CPU that is the machine underneath: software of sw_stubs, built natively, runs in a SystemC thread and reaches the
// platform through a TLM socket.  For platforms without an instruction set simulator.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <functional>
#include <systemc>

#include "cpu/cache_maintenance.h"
#include "cpu/interrupt_pin.h"
#include "sw_stubs/port/host/machine.h"

namespace smmu::platform {

struct HostCpuParams {
    sc_core::sc_time relax{10.0, sc_core::SC_NS};  ///< until software looks again; not zero
    uint64_t ram_address = 0x4000'0000;  ///< any address of the RAM that the bus grants by DMI
};

/// Instructions take no time; accesses to registers take what the bus says, and wait() for it.
class HostCpu final : public sc_core::sc_module, public sw::host::Machine {
public:
    /// Registers, in accesses of 4 and 8 bytes.  RAM is reached through one DMI grant, which must
    /// hold for the whole simulation.
    tlm_utils::simple_initiator_socket<HostCpu, 32> mem{"mem"};
    InterruptIn irq{"irq"};  ///< a level, or pulses; may stay unconnected
    sc_core::sc_port<CacheMaintenance, 1, sc_core::SC_ZERO_OR_MORE_BOUND> cache{"cache"};

    explicit HostCpu(sc_core::sc_module_name name, HostCpuParams params = {});

    /// What it runs, once, from the start of the simulation on; before that.  While it runs, the
    /// functions of sw_stubs/port/port.h reach this CPU, and no other of the same simulation.
    void load(std::function<void()> program) { program_ = std::move(program); }

    /// The program has come to its end.
    bool halted() const { return halted_; }
    const sc_core::sc_event& halted_event() const { return halted_event_; }

    /// Where software finds RAM: `size` bytes from a bus address on.  nullptr: no RAM, or not so much.
    uint8_t* ram(uint64_t address, uint64_t size);

    /// Accesses that the bus answered with an error.  A read was all ones, a write had no effect.
    unsigned bus_errors() const { return bus_errors_; }

    /// What a barrier takes.  Tests let devices run between two words of a table by it.
    sc_core::sc_time barrier_time;

    // --- sw::host::Machine: what software calls
    uint32_t read32(uint64_t address) override { return read<uint32_t>(address); }
    uint64_t read64(uint64_t address) override { return read<uint64_t>(address); }
    void write32(uint64_t address, uint32_t value) override { write(address, value); }
    void write64(uint64_t address, uint64_t value) override { write(address, value); }
    void barrier() override;
    void relax() override { sc_core::wait(params_.relax); }
    /// A pulse that came since the last call counts.  May come back early, as WFI may.
    void wait_for_interrupt() override;
    /// Lines of RAM; without `cache` there are none.
    void clean(const volatile void* start, uint64_t size) override;
    void invalidate(const volatile void* start, uint64_t size) override;

private:
    void run();
    void irq_changed(bool level);
    bool find_ram();
    bool access(tlm::tlm_command command, uint64_t address, void* data, unsigned size);
    template <class T>
    T read(uint64_t address) {
        T value{};
        return access(tlm::TLM_READ_COMMAND, address, &value, sizeof value) ? value
                                                                            : static_cast<T>(~T{});
    }
    template <class T>
    void write(uint64_t address, T value) {
        access(tlm::TLM_WRITE_COMMAND, address, &value, sizeof value);
    }
    template <class Operation>
    void each_line(const volatile void* start, uint64_t size, Operation operation);

    const HostCpuParams params_;
    std::function<void()> program_;
    InterruptPin pin_{[this](bool level) { irq_changed(level); }};
    bool interrupted_ = false;
    sc_core::sc_event interrupt_event_;
    bool halted_ = false;
    sc_core::sc_event halted_event_;
    unsigned bus_errors_ = 0;
    uint8_t* ram_ = nullptr;
    uint64_t ram_begin_ = 0, ram_size_ = 0;
};

}  // namespace smmu::platform
