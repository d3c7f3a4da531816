// Timers on simulated time: registers show the CPU's local time, interrupts come at the exact
// deadline.  Arm ARM D12.2.
#include "timer/generic_timer.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace smmu {

namespace {

// CNTKCTL_EL1 and (with HCR_EL2.E2H = 0) CNTHCTL_EL2.
constexpr uint64_t el0_pcten = 1 << 0, el0_vcten = 1 << 1, el0_vten = 1 << 8, el0_pten = 1 << 9;
constexpr uint64_t el1_pcten = 1 << 0, el1_pcen = 1 << 1;
constexpr uint64_t not_controlled = 0;

constexpr uint64_t ctl_enable = 1 << 0, ctl_imask = 1 << 1, ctl_istatus = 1 << 2;

uint64_t sign_extend_32(uint64_t value) {
    return static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(value)));
}

/// Why this frequency cannot be built, or nullptr.
const char* refuse(const GenericTimerParams& params) {
    const uint64_t second = sc_core::sc_time(1.0, sc_core::SC_SEC).value();
    if (params.frequency_hz == 0 || params.frequency_hz > 0xFFFF'FFFF ||
        second % params.frequency_hz != 0)
        return "GenericTimerParams::frequency_hz must fit 32 bits and divide one second into whole "
               "time resolutions";
    return nullptr;
}

}  // namespace

GenericTimer::GenericTimer(sc_core::sc_module_name name, GenericTimerParams params)
    : sc_module(name), params_(params) {
    if (const char* reason = refuse(params_)) {
        SC_REPORT_ERROR("/smmu/timer", reason);
        return;
    }
    tick_ = sc_core::sc_time::from_value(sc_core::sc_time(1.0, sc_core::SC_SEC).value() /
                                         params_.frequency_hz);
    using SC_CURRENT_USER_MODULE = GenericTimer;
    SC_METHOD(on_deadline);
    sensitive << deadline_;
    dont_initialize();
}

void GenericTimer::end_of_elaboration() {
    add_counters();
    add_channel(physical, {"CNTP_TVAL_EL0", "CNTP_CTL_EL0", "CNTP_CVAL_EL0"}, 3, 2);
    add_channel(virtual_, {"CNTV_TVAL_EL0", "CNTV_CTL_EL0", "CNTV_CVAL_EL0"}, 3, 3);
    add_channel(hypervisor, {"CNTHP_TVAL_EL2", "CNTHP_CTL_EL2", "CNTHP_CVAL_EL2"}, 4, 2);
}

void GenericTimer::add_counters() {
    SystemRegisters& cpu = *system_registers[0];
    const auto allow = [this](uint64_t el0_enable, uint64_t el1_enable) {
        return [=](const RegisterAccess& access) { return check(access, el0_enable, el1_enable); };
    };
    cpu.add({"CNTFRQ_EL0",
             3,
             3,
             14,
             0,
             0,
             [this] { return params_.frequency_hz; },
             {},
             allow(el0_pcten | el0_vcten, not_controlled)});
    cpu.add({"CNTPCT_EL0",
             3,
             3,
             14,
             0,
             1,
             [this] { return local_count(); },
             {},
             allow(el0_pcten, el1_pcten)});
    cpu.add({"CNTVCT_EL0",
             3,
             3,
             14,
             0,
             2,
             [this] { return local_count() - virtual_offset_; },
             {},
             allow(el0_vcten, not_controlled)});
    cpu.add({"CNTVOFF_EL2",
             3,
             4,
             14,
             0,
             3,
             [this] { return virtual_offset_; },
             [this](uint64_t value) {
                 virtual_offset_ = value;
                 changed_by_cpu();
             },
             {}});
    cpu.add({"CNTHCTL_EL2",
             3,
             4,
             14,
             1,
             0,
             [this] { return el2_control_; },
             [this](uint64_t value) { el2_control_ = value & 0xFF; },
             {}});
    cpu.add({"CNTKCTL_EL1",
             3,
             0,
             14,
             1,
             0,
             [this] { return el1_control_; },
             [this](uint64_t value) { el1_control_ = value & 0x3FF; },
             {}});
}

void GenericTimer::add_channel(ChannelId id, const char* const (&names)[3], uint8_t op1,
                               uint8_t crm) {
    SystemRegisters& cpu = *system_registers[0];
    Channel& channel = channels_[id];
    const auto permission = [this, id](const RegisterAccess& access) {
        return check(access, id == virtual_ ? el0_vten : el0_pten,
                     id == physical ? el1_pcen : not_controlled);
    };
    const auto timer_count = [this, id] { return local_count() - offset(id); };
    cpu.add(
        {names[0], 3, op1, 14, crm, 0,
         [&channel, timer_count] { return (channel.compare_value - timer_count()) & 0xFFFF'FFFF; },
         [this, &channel, timer_count](uint64_t value) {
             channel.compare_value = timer_count() + sign_extend_32(value);
             changed_by_cpu();
         },
         permission});
    cpu.add({names[1], 3, op1, 14, crm, 1, [this, id] { return read_control(id); },
             [this, &channel](uint64_t value) {
                 channel.enabled = (value & ctl_enable) != 0;
                 channel.masked = (value & ctl_imask) != 0;
                 changed_by_cpu();
             },
             permission});
    cpu.add({names[2], 3, op1, 14, crm, 2, [&channel] { return channel.compare_value; },
             [this, &channel](uint64_t value) {
                 channel.compare_value = value;
                 changed_by_cpu();
             },
             permission});
}

/// At EL0 CNTKCTL_EL1 decides, then at EL0 and EL1 CNTHCTL_EL2.  With HCR_EL2.TGE = 1 there is no
/// EL1 to trap to.
RegisterPermission GenericTimer::check(const RegisterAccess& access, uint64_t el0_enable,
                                       uint64_t el1_enable) const {
    constexpr uint64_t hcr_tge = 1 << 27;
    if (access.el == 0 && (el1_control_ & el0_enable) == 0)
        return (access.hcr_el2 & hcr_tge) != 0 ? RegisterPermission::TrapToEl2
                                               : RegisterPermission::TrapToEl1;
    if (access.el < 2 && el1_enable != not_controlled && (el2_control_ & el1_enable) == 0)
        return RegisterPermission::TrapToEl2;
    return RegisterPermission::Allowed;
}

bool GenericTimer::expired(ChannelId id, uint64_t physical_count) const {
    return channels_[id].enabled && physical_count - offset(id) >= channels_[id].compare_value;
}

uint64_t GenericTimer::read_control(ChannelId id) const {
    return (channels_[id].enabled ? ctl_enable : 0) | (channels_[id].masked ? ctl_imask : 0) |
           (expired(id, local_count()) ? ctl_istatus : 0);
}

/// Drives the outputs and plans the next call.  A CPU that runs ahead has seen the future: outputs
/// do not go back.
void GenericTimer::evaluate(sc_core::sc_time now) {
    seen_ = std::max(seen_, now);
    const uint64_t counter = count(seen_);
    const uint64_t last_count = ~uint64_t{0} / tick_.value();
    std::optional<uint64_t> next;
    for (const ChannelId id : {physical, virtual_, hypervisor}) {
        const Channel& channel = channels_[id];
        const bool is_expired = expired(id, counter);
        OptionalInterruptOut& output = id == physical ? cntp : id == virtual_ ? cntv : cnthp;
        if (output.size() != 0) output->write(is_expired && !channel.masked);
        if (!channel.enabled || is_expired) continue;
        const uint64_t remaining = channel.compare_value - (counter - offset(id));
        if (remaining <= last_count - counter)
            next = std::min(next.value_or(last_count), counter + remaining);
    }
    deadline_.cancel();
    if (next)
        deadline_.notify(sc_core::sc_time::from_value(*next * tick_.value()) -
                         sc_core::sc_time_stamp());
}

}  // namespace smmu
