// What one call does on a port of the interconnect.  b_transport is on the path of every DMA beat:
// one look-up, no allocation.
#include "interconnect/ports.h"

#include <algorithm>

#include "tlm_sockets/atomic_extension.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu {

void Interconnect::Upstream::b_transport(Payload& payload, sc_core::sc_time& delay) {
    const uint64_t address = payload.get_address();
    const uint64_t streaming = payload.get_streaming_width();
    const uint64_t length = payload.get_data_length();
    const uint64_t width = streaming == 0 ? length : std::min(length, streaming);

    const uint64_t offset = address - bus_.params_.ram.base;
    if (bus_.ram_.contains(offset, width)) {
        delay += bus_.params_.ram_latency;
        if (bus_.params_.evict == Evict::Random) bus_.evict_sometimes(offset);
        if (width == length && !payload.get_byte_enable_ptr()) return access_ram(payload, offset);
        return access_ram_by_bytes(payload, offset, width);
    }

    if (!last_ || !last_->range.contains(address)) last_ = bus_.find_device(address);
    Device* const device = last_;
    if (!device || width > device->range.end() - address)
        return payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    delay += bus_.params_.hop_latency;
    payload.set_address(address - device->range.base);
    device->socket->b_transport(payload, delay);
    payload.set_address(address);
}

bool Interconnect::Upstream::is_coherent(const Payload& payload) const {
    if (always_coherent_) return true;
    const auto* const stream = payload.get_extension<StreamExtension>();
    return stream ? arch::is_coherent(stream->out.attributes) : kind_ == PortKind::Tables;
}

void Interconnect::Upstream::access_ram(Payload& payload, uint64_t offset) {
    const bool coherent = is_coherent(payload);
    if (payload.is_read())
        read_ram(coherent, offset, payload.get_data_ptr(), payload.get_data_length());
    else if (payload.is_write())
        write_ram(coherent, offset, payload.get_data_ptr(), payload.get_data_length());
    else if (auto* const atomic = payload.get_extension<AtomicExtension>())
        compare_and_swap(*atomic, coherent, offset, payload);
    payload.set_dmi_allowed(coherent);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

/// Nobody else runs between the read and the write: this is the one place where memory is touched.
void Interconnect::Upstream::compare_and_swap(AtomicExtension& atomic, bool coherent,
                                              uint64_t offset, const Payload& payload) {
    uint64_t word = 0;
    if (payload.get_data_length() != sizeof word) return;
    read_ram(coherent, offset, reinterpret_cast<uint8_t*>(&word), sizeof word);
    atomic.perform(&word, payload.get_data_ptr());
    if (atomic.found == atomic.expected)
        write_ram(coherent, offset, payload.get_data_ptr(), sizeof word);
}

void Interconnect::Upstream::access_ram_by_bytes(Payload& payload, uint64_t offset,
                                                 uint64_t width) {
    const bool coherent = is_coherent(payload);
    uint8_t* const data = payload.get_data_ptr();
    const uint8_t* const enables = payload.get_byte_enable_ptr();
    const uint64_t period = payload.get_byte_enable_length();
    if (enables && period == 0)
        return payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);

    for (uint64_t i = 0; i < payload.get_data_length(); ++i) {
        if (enables && enables[i % period] != TLM_BYTE_ENABLED) continue;
        const uint64_t at = offset + i % width;
        if (payload.is_read())
            read_ram(coherent, at, data + i, 1);
        else if (payload.is_write())
            write_ram(coherent, at, data + i, 1);
    }
    payload.set_dmi_allowed(coherent);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

void Interconnect::Upstream::read_ram(bool coherent, uint64_t offset, uint8_t* to,
                                      uint64_t length) {
    if (coherent)
        bus_.ram_.coherent_read(offset, to, length);
    else
        bus_.ram_.non_coherent_read(offset, to, length);
}

void Interconnect::Upstream::write_ram(bool coherent, uint64_t offset, const uint8_t* from,
                                       uint64_t length) {
    if (coherent)
        bus_.ram_.coherent_write(offset, from, length);
    else
        bus_.ram_.non_coherent_write(offset, from, length);
    if (kind_ != PortKind::Cpu) bus_.written(offset, length);
}

tlm::tlm_sync_enum Interconnect::Upstream::nb_transport_fw(Payload& payload, tlm::tlm_phase&,
                                                           sc_core::sc_time&) {
    SC_REPORT_ERROR("/smmu/interconnect", "the interconnect models LT only: call b_transport");
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
}

bool Interconnect::Upstream::get_direct_mem_ptr(Payload& payload, tlm::tlm_dmi& dmi) {
    const uint64_t address = payload.get_address();
    const virt::Range& ram = bus_.params_.ram;
    if (Device* const device = bus_.find_device(address)) return forward_dmi(*device, payload, dmi);

    dmi.init();
    dmi.allow_read_write();
    virt::Range range{};
    const bool granted = ram.contains(address) && is_coherent(payload);
    if (granted) {
        range = ram;
        dmi.set_dmi_ptr(bus_.ram_.coherent_view());
        dmi.set_read_latency(bus_.params_.ram_latency);
        dmi.set_write_latency(bus_.params_.ram_latency);
    } else if (ram.contains(address)) {
        // Attributes hold for a page: the next one may well be coherent.
        const uint64_t page = address & ~uint64_t{0xFFF};
        const uint64_t begin = std::max(page, ram.base);
        range = {begin, std::min(page + 0x1000, ram.end()) - begin};
    } else {
        range = bus_.hole_around(address);
    }
    dmi.set_start_address(range.base);
    dmi.set_end_address(range.base + (range.size - 1));
    return granted;
}

bool Interconnect::Upstream::forward_dmi(Device& device, Payload& payload, tlm::tlm_dmi& dmi) {
    const uint64_t address = payload.get_address();
    dmi.init();
    payload.set_address(address - device.range.base);
    const bool granted = device.socket->get_direct_mem_ptr(payload, dmi);
    payload.set_address(address);

    const uint64_t last = device.range.size - 1;
    dmi.set_start_address(device.range.base + std::min<uint64_t>(dmi.get_start_address(), last));
    dmi.set_end_address(device.range.base + std::min<uint64_t>(dmi.get_end_address(), last));
    dmi.set_read_latency(dmi.get_read_latency() + bus_.params_.hop_latency);
    dmi.set_write_latency(dmi.get_write_latency() + bus_.params_.hop_latency);
    return granted;
}

unsigned Interconnect::Upstream::transport_dbg(Payload& payload) {
    const uint64_t address = payload.get_address();
    if (Device* const device = bus_.find_device(address)) return forward_dbg(*device, payload);
    if (!bus_.params_.ram.contains(address)) return 0;

    const uint64_t offset = address - bus_.params_.ram.base;
    const uint64_t length =
        std::min<uint64_t>(payload.get_data_length(), bus_.ram_.size() - offset);
    if (payload.is_read()) {
        bus_.ram_.coherent_read(offset, payload.get_data_ptr(), length);
    } else if (payload.is_write()) {
        bus_.ram_.debug_write(offset, payload.get_data_ptr(), length);
        bus_.written(offset, length);
    } else {
        return 0;
    }
    return static_cast<unsigned>(length);
}

unsigned Interconnect::Upstream::forward_dbg(Device& device, Payload& payload) {
    const uint64_t address = payload.get_address();
    const unsigned length = payload.get_data_length();
    const uint64_t room = device.range.end() - address;
    payload.set_address(address - device.range.base);
    payload.set_data_length(static_cast<unsigned>(std::min<uint64_t>(length, room)));
    const unsigned done = device.socket->transport_dbg(payload);
    payload.set_data_length(length);
    payload.set_address(address);
    return done;
}

void Interconnect::Device::invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) {
    const uint64_t end = range.size - 1;
    if (first <= end)
        bus_.invalidate_dmi(range.base + first, range.base + std::min<uint64_t>(last, end));
}

}  // namespace smmu
