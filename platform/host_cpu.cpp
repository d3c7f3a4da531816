// The thread, its accesses, and which thread runs on which CPU.
#include "platform/host_cpu.h"

#include <map>

namespace smmu::platform {
namespace {

using sw::host::Machine;

/// The machine below each thread that is a program, by its process.
std::map<const sc_core::sc_object*, Machine*>& programs() {
    static std::map<const sc_core::sc_object*, Machine*> all;
    return all;
}

/// Threads that are no program of a HostCpu, and what runs outside the simulation, share one.
Machine*& machine_of_this_thread() {
    static Machine* elsewhere = nullptr;
    const auto thread = sc_core::sc_get_current_process_handle();
    const auto found = programs().find(thread.get_process_object());
    return found == programs().end() ? elsewhere : found->second;
}

}  // namespace

HostCpu::HostCpu(sc_core::sc_module_name name, HostCpuParams params)
    : sc_module(name), params_(params) {
    using SC_CURRENT_USER_MODULE = HostCpu;
    irq.bind(pin_);
    sw::host::keep_machine_in(machine_of_this_thread);
    SC_THREAD(run);
}

void HostCpu::run() {
    if (!program_) return;
    const sc_core::sc_object* const thread =
        sc_core::sc_get_current_process_handle().get_process_object();
    programs()[thread] = this;
    program_();
    programs().erase(thread);
    halted_ = true;
    halted_event_.notify(sc_core::SC_ZERO_TIME);
}

bool HostCpu::access(tlm::tlm_command command, uint64_t address, void* data, unsigned size) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(data));
    payload.set_data_length(size);
    payload.set_streaming_width(size);
    sc_core::sc_time delay;
    mem->b_transport(payload, delay);
    if (delay != sc_core::SC_ZERO_TIME) sc_core::wait(delay);
    if (payload.is_response_ok()) return true;
    ++bus_errors_;
    return false;
}

void HostCpu::barrier() {
    if (barrier_time != sc_core::SC_ZERO_TIME) sc_core::wait(barrier_time);
}

void HostCpu::irq_changed(bool level) {
    if (!level) return;
    interrupted_ = true;
    interrupt_event_.notify(sc_core::SC_ZERO_TIME);
}

void HostCpu::wait_for_interrupt() {
    while (!interrupted_ && !pin_.read()) sc_core::wait(interrupt_event_);
    interrupted_ = false;
}

bool HostCpu::find_ram() {
    if (ram_ != nullptr) return true;
    tlm::tlm_generic_payload payload;
    tlm::tlm_dmi dmi;
    payload.set_read();
    payload.set_address(params_.ram_address);
    if (!mem->get_direct_mem_ptr(payload, dmi) || !dmi.is_read_write_allowed()) return false;
    ram_ = dmi.get_dmi_ptr();
    ram_begin_ = dmi.get_start_address();
    ram_size_ = dmi.get_end_address() - ram_begin_ + 1;
    return true;
}

uint8_t* HostCpu::ram(uint64_t address, uint64_t size) {
    if (!find_ram()) return nullptr;
    const uint64_t offset = address - ram_begin_;
    return size <= ram_size_ && offset <= ram_size_ - size ? ram_ + offset : nullptr;
}

template <class Operation>
void HostCpu::each_line(const volatile void* start, uint64_t size, Operation operation) {
    if (cache.size() == 0 || !find_ram() || size == 0) return;
    const uint64_t offset = reinterpret_cast<uintptr_t>(start) - reinterpret_cast<uintptr_t>(ram_);
    if (offset >= ram_size_ || size > ram_size_ - offset) return;
    constexpr uint64_t line = CacheMaintenance::line_size;
    const uint64_t first = (ram_begin_ + offset) / line * line;
    for (uint64_t at = first; at < ram_begin_ + offset + size; at += line) operation(at);
}

void HostCpu::clean(const volatile void* start, uint64_t size) {
    each_line(start, size, [this](uint64_t address) { cache->clean(address); });
}

/// Cleans too: the first and the last line may hold bytes of others.
void HostCpu::invalidate(const volatile void* start, uint64_t size) {
    each_line(start, size, [this](uint64_t address) { cache->clean_and_invalidate(address); });
}

}  // namespace smmu::platform
