// The platform without a CPU: what a client's requests do to it.  Calls the kernel, so only from
// outside of it.
#include <algorithm>

#include "platform/remote/machine.h"

namespace smmu::platform::remote {
namespace {

using sc_core::sc_time;

/// Of a request, for what goes on after it.
const sc_time& budget() {
    static const sc_time one(1.0, sc_core::SC_MS);
    return one;
}

const sc_time& nanosecond() {
    static const sc_time one(1.0, sc_core::SC_NS);
    return one;
}

}  // namespace

// --- Memory: RAM by debug access, everything else by bus transactions

std::optional<Refusal> Machine::read(uint64_t address, Bytes& to) {
    return transfer(tlm::TLM_READ_COMMAND, address, to);
}

std::optional<Refusal> Machine::write(uint64_t address, const Bytes& from) {
    Bytes bytes = from;
    return transfer(tlm::TLM_WRITE_COMMAND, address, bytes);
}

std::optional<Refusal> Machine::transfer(tlm::tlm_command command, uint64_t address, Bytes& bytes) {
    // Up to three parts: before, in and behind RAM.
    for (uint64_t at = 0; at < bytes.size();) {
        const uint64_t first = address + at;
        uint64_t length = bytes.size() - at;
        if (ram_.contains(first))
            length = std::min(length, ram_.end() - first);
        else if (first < ram_.base)
            length = std::min(length, ram_.base - first);
        const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        Bytes part(begin, begin + static_cast<std::ptrdiff_t>(length));
        if (ram_.contains(first))
            client_.debug(command, first, part.data(), length);
        else if (const auto refusal = client_.transfer(command, first, part))
            return refusal;
        std::copy(part.begin(), part.end(), begin);
        at += length;
    }
    return std::nullopt;
}

// --- Time

/// No model here keeps time on its own, so idle is when nothing is pending; what is due later than
/// the budget is left for a later request.
void Machine::settle() {
    if (sc_core::sc_pending_activity()) sc_core::sc_start(budget(), sc_core::SC_EXIT_ON_STARVATION);
}

uint64_t Machine::now_ns() const { return sc_core::sc_time_stamp().value() / nanosecond().value(); }
uint64_t Machine::last_ns() const { return sc_core::sc_max_time().value() / nanosecond().value(); }

void Machine::advance_to(uint64_t ns) {
    const sc_time target = sc_time::from_value(ns * nanosecond().value());
    if (target > sc_core::sc_time_stamp())
        sc_core::sc_start(target - sc_core::sc_time_stamp(), sc_core::SC_RUN_TO_TIME);
}

std::optional<uint64_t> Machine::next_ns() const {
    if (!sc_core::sc_pending_activity()) return std::nullopt;
    const sc_time next = sc_core::sc_time_stamp() + sc_core::sc_time_to_pending_activity();
    return (next.value() + nanosecond().value() - 1) / nanosecond().value();
}

// --- Interrupts

void Machine::wire_changed(uint32_t spi, bool level) {
    constexpr uint32_t first_of_smmu = virt::smmu_eventq_irq - virt::spi(0);
    constexpr uint32_t outputs_of_smmu = 4;  // events, PRI, command sync, global errors
    switch (listening_) {
        case Listening::None: return;
        case Listening::GicInputs: return on_irq(spi, level);
        case Listening::SmmuOutputs:
            if (spi - first_of_smmu < outputs_of_smmu) on_irq(spi - first_of_smmu, level);
    }
}

std::optional<Refusal> Machine::intercept(Pins pins, const std::string& device) {
    Listening wanted = Listening::None;
    if (pins == Pins::In && (device == "gic" || device == "/machine/gic"))
        wanted = Listening::GicInputs;
    if (pins == Pins::Out && (device == "smmu" || device == "/machine/smmu"))
        wanted = Listening::SmmuOutputs;
    if (wanted == Listening::None)
        return Refusal{"unknown device: inputs can be intercepted of gic, outputs of smmu"};
    if (listening_ != Listening::None && listening_ != wanted)
        return Refusal{"IRQ intercept already enabled"};
    listening_ = wanted;
    return std::nullopt;
}

std::optional<Refusal> Machine::set_irq_in(const SetIrqIn& request) {
    if (request.device != "gic" && request.device != "/machine/gic")
        return Refusal{"unknown device: inputs can be set of gic"};
    if (request.number >= wires_.size())
        return Refusal{"the gic has inputs 0 to " + std::to_string(wires_.size() - 1)};
    wires_[request.number].write(request.level);
    return std::nullopt;
}

}  // namespace smmu::platform::remote
