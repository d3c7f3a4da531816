// The DMA master of the platform.  serve(), work(), signal() and sync() run in the frame's thread
// and may wait().
#include "test_engine/test_engine.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "test_engine/frame.h"

namespace smmu {

using test_engine::Command;
using test_engine::Job;
using test_engine::Sequence;

namespace {

constexpr unsigned msix_vectors = 2048;

PciFunctionParams pci_params() {
    PciFunctionParams params;
    params.vendor = 0x13B5;
    params.device = 0xFF80;
    params.class_code = 0xFF'0000;
    params.subsystem_vendor = 0x13B5;
    params.kind = PciKind::RootComplexEndpoint;
    params.bars = {{0, 2 * test_engine::page_size, BarWidth::Bits64},
                   {2, msix_table_size(msix_vectors), BarWidth::Bits64},
                   {4, 0x1000, BarWidth::Bits64}};
    params.msix = {msix_vectors, 2, 0, 4, 0};
    params.ats.present = true;
    params.pri.capacity = test_engine::max_frames;  // one a frame
    params.pasid.width = 20;
    return params;
}

}  // namespace

TestEngine::TestEngine(sc_core::sc_module_name name, const TestEngineParams& params)
    : sc_module(name), pci(pci_params()), endpoint("endpoint", pci, params.ats), params_(params) {
    using SC_CURRENT_USER_MODULE = TestEngine;
    const auto refuse = [](const char* why) { SC_REPORT_ERROR("/smmu/test_engine", why); };
    if (params.frames == 0 || params.frames > test_engine::max_frames)
        refuse("the engine has 1 to 512 frames: set 'frames' in that range");
    if (params.beat < 8 || params.beat > 4096)
        refuse("a beat has 8 to 4096 bytes: set 'beat' in that range");

    regs.register_b_transport(this, &TestEngine::access_registers);
    regs.register_transport_dbg(this, &TestEngine::peek_registers);
    for (uint32_t n = 0; n < params.frames; ++n) {
        const uint32_t id = params.requester == Requester::Frame ? virt::test_engine_rid(n) : 0;
        frames_.push_back(std::make_unique<Frame>(
            test_engine::FrameRegisters(params.requester, id, msix_vectors), params.beat));
        Frame& frame = *frames_.back();
        sc_core::sc_spawn([this, &frame] { serve(frame); }, ("frame" + std::to_string(n)).c_str());
    }
    SC_METHOD(drive_irq);
    sensitive << command_ended_;
    dont_initialize();
}

TestEngine::~TestEngine() = default;

// --- Commands

// A doorbell that rings while a message is on its way is remembered.
void TestEngine::serve(Frame& frame) {
    for (;;) {
        while (!frame.start) sc_core::wait(frame.doorbell);
        frame.start = false;
        work(frame);
        ++pulses_due_;
        command_ended_.notify(sc_core::SC_ZERO_TIME);
        signal(frame);
    }
}

void TestEngine::work(Frame& frame) {
    const Job& job = frame.job = frame.registers.job(pci.requester_id());
    const bool summing = job.command == Command::SUM64;
    Sequence sequence(job.range, summing ? params_.beat & ~7u : params_.beat,
                      params_.page_crossing);
    frame.local = sc_core::SC_ZERO_TIME;
    frame.sum = 0;
    while (!sequence.done() && !frame.stop) {
        if (const auto bad = do_beat(frame, sequence.next())) {
            sync(frame);
            return frame.registers.failed(*bad);
        }
        if (frame.local >= params_.quantum) sync(frame);
    }
    sync(frame);
    if (summing && sequence.done()) return frame.registers.summed(frame.sum);
    frame.registers.halted();
}

/// The address that failed, or none.
std::optional<uint64_t> TestEngine::do_beat(Frame& frame, const Beat& beat) {
    const Job& job = frame.job;
    const uint64_t first = job.range.first + beat.offset;
    const uint64_t second = job.range.second + beat.offset;
    if (job.command == Command::RAND48) {
        test_engine::randomize(job.range.first, job.range.seed, second, frame.buffer.data(),
                               beat.length);
    } else {
        frame.registers.launched();
        if (!transfer(frame, tlm::TLM_READ_COMMAND, job.read, first, beat.length)) return first;
    }
    if (job.command == Command::SUM64) {
        for (uint64_t at = 0; at < beat.length; at += 8) {
            uint64_t word = 0;
            std::memcpy(&word, &frame.buffer[at], 8);
            frame.sum += word;
        }
        return std::nullopt;
    }
    frame.registers.launched();
    if (!transfer(frame, tlm::TLM_WRITE_COMMAND, job.write, second, beat.length)) return second;
    return std::nullopt;
}

bool TestEngine::transfer(Frame& frame, tlm::tlm_command command, const StreamIn& who,
                          uint64_t address, uint64_t length) {
    if (frame.job.ats && pci.ats_enabled())
        return transfer_translated(frame, command, who, address, length);
    return send(frame, command, who, address, 0, length);
}

/// Page by page, where a beat may cross one: each has a translation of its own.
bool TestEngine::transfer_translated(Frame& frame, tlm::tlm_command command, const StreamIn& who,
                                     uint64_t address, uint64_t length) {
    const auto access =
        command == tlm::TLM_WRITE_COMMAND ? AtsEndpoint::Access::Write : AtsEndpoint::Access::Read;
    const auto pages =
        frame.job.pri ? AtsEndpoint::PageRequests::Yes : AtsEndpoint::PageRequests::No;
    for (uint64_t at = 0; at < length;) {
        uint64_t translated = address + at;
        const uint64_t piece = std::min(length - at, 0x1000 - translated % 0x1000);
        StreamIn identity = who;
        AtsEndpoint::Passage passage(endpoint, frame.local);
        if (!endpoint.translate(passage, identity, translated, access, pages, frame.local) ||
            !send(frame, command, identity, translated, at, piece))
            return false;
        at += piece;
    }
    return true;
}

bool TestEngine::send(Frame& frame, tlm::tlm_command command, const StreamIn& who, uint64_t address,
                      uint64_t at, uint64_t length) {
    frame.identity.in = who;
    frame.identity.out = {};
    tlm::tlm_generic_payload& payload = frame.payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(frame.buffer.data() + at);
    payload.set_data_length(static_cast<unsigned>(length));
    payload.set_streaming_width(static_cast<unsigned>(length));
    payload.set_byte_enable_ptr(nullptr);
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    dma->b_transport(payload, frame.local);
    return payload.is_response_ok();
}

void TestEngine::sync(Frame& frame) {
    sc_core::wait(frame.local);
    frame.local = sc_core::SC_ZERO_TIME;
}

// --- Interrupts

/// The message of a command that ran, whether it failed or not.  The counts leave it out, and it goes
/// untranslated.
void TestEngine::signal(Frame& frame) {
    const Job& job = frame.job;
    if (job.msiaddress == test_engine::msi_none) return;
    std::optional<MsiMessage> message = MsiMessage{job.msiaddress, job.msidata};
    StreamIn who = job.msi;
    if (job.msiaddress == test_engine::msi_vector) {
        message = pci.signal(job.msidata);
        who = {};
        who.stream = {pci.requester_id()};
    }
    if (!message) return;  // MSI-X is off, or the vector waits
    std::memcpy(frame.buffer.data(), &message->data, sizeof message->data);
    const bool arrived = send(frame, tlm::TLM_WRITE_COMMAND, who, message->address, 0, 4);
    sync(frame);
    if (!arrived) frame.registers.msi_aborted();
}

void TestEngine::drive_irq() {
    if (irq.size() == 0) return;
    if (!irq_level_ && pulses_due_ == 0) return;
    irq_level_ = !irq_level_;
    if (irq_level_) --pulses_due_;
    irq->write(irq_level_);
    next_trigger(params_.irq_pulse);
}

}  // namespace smmu
