// The DMA master of the platform: a PCI function that copies, fills and sums memory on behalf of N
// independent frames.
//
// Register layout of Arm's SMMUv3TestEngine (boards/test_engine_frame.h).  The thread of a frame
// may wait().
#pragma once
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <systemc>
#include <tlm>
#include <vector>

#include "boards/virt.h"
#include "pcie/ats_endpoint.h"
#include "pcie/function.h"
#include "test_engine/frame_registers.h"
#include "test_engine/sequence.h"

namespace smmu {

struct TestEngineParams {
    uint32_t frames = virt::test_engine_frames;  ///< 1 to test_engine::max_frames
    uint32_t beat = 64;                          ///< bytes of one read or write, 8 to 4096
    PageCrossing page_crossing = PageCrossing::Never;
    sc_core::sc_time quantum =
        sc_core::SC_ZERO_TIME;  ///< local time kept before yielding; 0: yield after each beat
    sc_core::sc_time irq_pulse{10.0, sc_core::SC_NS};
    Requester requester = Requester::Frame;
    AtsEndpointParams ats{};
};

class TestEngine : public sc_core::sc_module {
public:
    /// For a root complex: 13b5:ff80, BAR 0 the frames, BAR 2 the MSI-X table, BAR 4 its pending
    /// bits.  Without a root complex it stays as it is, and MSI-X is off.
    PciFunction pci;
    tlm_utils::simple_target_socket<TestEngine, 32> regs{"regs"};
    tlm_utils::simple_initiator_socket<TestEngine, 32> dma{"dma"};
    /// The engine's ATS logic: bind its sockets to those of the link, or leave them unbound.
    AtsEndpoint endpoint;
    /// A pulse for each command that ended, with or without error; pulses of several frames follow
    /// each other.  For platforms without interrupt messages.
    sc_core::sc_port<sc_core::sc_signal_inout_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND> irq{
        "irq"};

    TestEngine(sc_core::sc_module_name name, const TestEngineParams& params);
    ~TestEngine() override;

private:
    struct Frame;
    using Beat = test_engine::Sequence::Beat;

    // --- test_engine_registers.cpp
    void access_registers(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned peek_registers(tlm::tlm_generic_payload& payload);
    uint32_t read_word(uint64_t offset) const;
    void write_word(uint64_t offset, uint32_t value, uint32_t bytes, const sc_core::sc_time& delay);
    void write_privileged(Frame& frame, uint64_t reg, uint32_t value, uint32_t bytes);

    // --- test_engine.cpp
    void serve(Frame& frame);
    void work(Frame& frame);
    std::optional<uint64_t> do_beat(Frame& frame, const Beat& beat);
    bool transfer(Frame& frame, tlm::tlm_command command, const StreamIn& who, uint64_t address,
                  uint64_t length);
    bool transfer_translated(Frame& frame, tlm::tlm_command command, const StreamIn& who,
                             uint64_t address, uint64_t length);
    /// One transaction; the data are those of the frame's buffer from `at` on.
    bool send(Frame& frame, tlm::tlm_command command, const StreamIn& who, uint64_t address,
              uint64_t at, uint64_t length);
    void signal(Frame& frame);
    void sync(Frame& frame);
    void drive_irq();

    const TestEngineParams params_;
    std::vector<std::unique_ptr<Frame>> frames_;
    sc_core::sc_event command_ended_;
    uint64_t pulses_due_ = 0;
    bool irq_level_ = false;
};

}  // namespace smmu
