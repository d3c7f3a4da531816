// One channel of the test engine: its registers and all that a beat needs, made once.
#pragma once
#include "test_engine/test_engine.h"

namespace smmu {

struct TestEngine::Frame {
    Frame(const test_engine::FrameRegisters& reset, uint32_t beat)
        : registers(reset), buffer(beat) {
        payload.set_extension(&identity);
    }
    ~Frame() { payload.clear_extension(&identity); }
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;

    test_engine::FrameRegisters registers;
    sc_core::sc_event doorbell;
    bool start = false, stop = false;
    test_engine::Job job;
    uint64_t sum = 0;
    sc_core::sc_time local;  ///< how far this channel is ahead of simulated time
    std::vector<uint8_t> buffer;
    StreamExtension identity;
    tlm::tlm_generic_payload payload;
};

}  // namespace smmu
