// RAM by pointer, everything else by b_transport.  b_transport may wait(): the simulator's frames
// lie on this thread's own stack, so other cores and devices run meanwhile.
#include <unicorn/unicorn.h>

#include "cpu/cpu.h"
#include "cpu/unicorn_internals.h"
#include "cpu/unicorn_stores.h"

namespace smmu {

namespace {

constexpr uint64_t page_size = 0x1000;
constexpr uint64_t address_space = uint64_t{1} << 44;  // what the Cortex-A72 can address

/// Why this grant cannot serve as RAM, or nullptr.
const char* refuse(const tlm::tlm_dmi& dmi, bool granted, uint64_t address) {
    if (!granted || !dmi.is_read_write_allowed())
        return "mem did not grant read and write DMI at CpuParams::ram_address: bind it to an "
               "interconnect with RAM there";
    if (address < dmi.get_start_address() || address > dmi.get_end_address())
        return "the DMI grant for CpuParams::ram_address does not contain that address";
    if (dmi.get_start_address() % page_size != 0 || (dmi.get_end_address() + 1) % page_size != 0 ||
        dmi.get_end_address() >= address_space)
        return "RAM must begin and end on 4 KiB boundaries below 2^44";
    return nullptr;
}

}  // namespace

void Aarch64Cpu::map_memory() {
    tlm::tlm_dmi dmi;
    payload_.set_read();
    payload_.set_address(params_.ram_address);
    const bool granted = mem->get_direct_mem_ptr(payload_, dmi);
    if (const char* reason = refuse(dmi, granted, params_.ram_address)) {
        SC_REPORT_ERROR("/smmu/cpu", reason);
        return;
    }
    ram_begin_ = dmi.get_start_address();
    ram_end_ = dmi.get_end_address() + 1;
    uc_mem_map_ptr(engine_.get(), ram_begin_, ram_end_ - ram_begin_, UC_PROT_ALL,
                   dmi.get_dmi_ptr());
    fast_stores_ = std::make_unique<unicorn::FastStores>(engine_.get(), dmi.get_dmi_ptr(),
                                                         ram_end_ - ram_begin_);

    below_ram_ = {this, 0};
    above_ram_ = {this, ram_end_};
    map_window(below_ram_, ram_begin_);
    map_window(above_ram_, address_space - ram_end_);
    internals_->stop_checking_virtual_addresses(ram_begin_);
}

void Aarch64Cpu::map_window(Window& window, uint64_t size) {
    if (size == 0) return;
    if (uc_mmio_map(engine_.get(), window.base, size, on_mmio_read, &window, on_mmio_write,
                    &window) != UC_ERR_OK ||
        !internals_->widen_mmio(window.base))
        SC_REPORT_ERROR(
            "/smmu/cpu",
            "libunicorn refuses to map the bus: install Debian 12's libunicorn-dev 2.0.1");
}

/// False: the bus answered with an error.
bool Aarch64Cpu::access(tlm::tlm_command command, uint64_t address, unsigned size,
                        uint64_t& value) {
    payload_.set_command(command);
    payload_.set_address(address);
    payload_.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload_.set_data_length(size);
    payload_.set_streaming_width(size);
    payload_.set_byte_enable_ptr(nullptr);
    payload_.set_dmi_allowed(false);
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);

    account();
    sc_core::sc_time delay = sc_core::sc_time::from_value(ahead_);
    mem->b_transport(payload_, delay);
    ahead_ = delay.value();
    account();
    return payload_.is_response_ok();
}

// external_abort() leaves these two by longjmp, hence nothing with a destructor lives in them.
uint64_t Aarch64Cpu::on_mmio_read(uc_struct*, uint64_t offset, unsigned size, void* user) {
    const Window* window = static_cast<const Window*>(user);
    uint64_t value = 0;
    if (!window->cpu->access(tlm::TLM_READ_COMMAND, window->base + offset, size, value))
        window->cpu->internals_->external_abort(unicorn::Access::Read);
    return value;
}

void Aarch64Cpu::on_mmio_write(uc_struct*, uint64_t offset, unsigned size, uint64_t value,
                               void* user) {
    const Window* window = static_cast<const Window*>(user);
    if (!window->cpu->access(tlm::TLM_WRITE_COMMAND, window->base + offset, size, value))
        window->cpu->internals_->external_abort(unicorn::Access::Write);
}

void Aarch64Cpu::invalidate_code(uint64_t pa_begin, uint64_t pa_end) {
    const uint64_t begin = std::max(pa_begin, ram_begin_);
    const uint64_t end = std::min(pa_end, ram_end_);
    if (begin < end) internals_->invalidate_code(begin - ram_begin_, end - ram_begin_);
}

}  // namespace smmu
