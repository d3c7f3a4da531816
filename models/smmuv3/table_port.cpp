// The SMMU's own accesses as transactions on socket `ptw`.  May wait() if the memory behind it waits.
#include "smmuv3/table_port.h"

namespace smmu {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "records are little-endian in memory and 64-bit words here: a big-endian host needs "
              "a swap in this file");

using core::MemoryAccess;
using core::MemoryResult;

TablePort::Transaction TablePort::take() {
    if (free_.empty()) return {*this, std::make_unique<Slot>()};
    auto slot = std::move(free_.back());
    free_.pop_back();
    return {*this, std::move(slot)};
}

tlm::tlm_generic_payload& TablePort::Transaction::prepare(const MemoryAccess& access,
                                                          tlm::tlm_command command, void* data) {
    tlm::tlm_generic_payload& p = slot_->payload;
    p.set_command(command);
    p.set_address(access.address);
    p.set_data_ptr(static_cast<unsigned char*>(data));
    p.set_data_length(access.size);
    p.set_streaming_width(access.size);
    p.set_byte_enable_ptr(nullptr);
    p.set_dmi_allowed(false);
    p.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    slot_->extension.in.stream = access.stream;
    slot_->extension.out.attributes = access.attributes;
    slot_->extension.out.mpam = access.mpam;
    return p;
}

MemoryResult TimedMemory::transport(const MemoryAccess& access, tlm::tlm_command command,
                                    void* data) {
    ++fetches_.of[static_cast<unsigned>(access.purpose)];
    if (access.purpose == core::Purpose::Stage1Table) ++fetches_.stage1[access.level];
    if (access.purpose == core::Purpose::Stage2Table) ++fetches_.stage2[access.level];

    return send(transaction_.prepare(access, command, data), access,
                command == tlm::TLM_WRITE_COMMAND);
}

MemoryResult TimedMemory::send(tlm::tlm_generic_payload& p, const MemoryAccess& access,
                               bool write) {
    const sc_core::sc_time begin =
        probes_.empty() ? sc_core::SC_ZERO_TIME : sc_core::sc_time_stamp() + delay_;
    port_.memory().b_transport(p, delay_);
    const bool done = p.is_response_ok();
    if (!probes_.empty())
        probes_.tell(&Probe::fetch,
                     Probe::Fetch{access, write, !done, begin, sc_core::sc_time_stamp() + delay_});
    return {done ? MemoryResult::Status::Done : MemoryResult::Status::Abort, access.address, {}};
}

MemoryResult TimedMemory::read(const MemoryAccess& access, uint64_t* words) {
    return transport(access, tlm::TLM_READ_COMMAND, words);
}

MemoryResult TimedMemory::write(const MemoryAccess& access, const uint64_t* words) {
    return transport(access, tlm::TLM_WRITE_COMMAND, const_cast<uint64_t*>(words));
}

MemoryResult TimedMemory::compare_and_swap(const MemoryAccess& access, uint64_t expected,
                                           uint64_t desired, uint64_t& found) {
    AtomicExtension atomic;
    atomic.expected = expected;
    auto& p = transaction_.prepare(access, tlm::TLM_IGNORE_COMMAND, &desired);
    p.set_extension(&atomic);
    MemoryResult result = send(p, access, true);
    p.clear_extension(&atomic);
    if (!atomic.handled) result.status = MemoryResult::Status::Abort;
    found = atomic.found;
    return result;
}

MemoryResult PeekMemory::read(const MemoryAccess& access, uint64_t* words) {
    tlm::tlm_generic_payload& p = transaction_.prepare(access, tlm::TLM_READ_COMMAND, words);
    const bool done = port_.memory().transport_dbg(p) == access.size;
    return {done ? MemoryResult::Status::Done : MemoryResult::Status::Abort, access.address, {}};
}

MemoryResult PeekMemory::compare_and_swap(const MemoryAccess& access, uint64_t expected, uint64_t,
                                          uint64_t& found) {
    found = expected;
    return {MemoryResult::Status::Done, access.address, {}};
}

}  // namespace smmu
