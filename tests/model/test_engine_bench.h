// A test engine between a register master and a memory that remembers every beat.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstring>
#include <vector>

#include "test_engine/test_engine.h"
#include "tests/support/sim_test.h"

namespace smmu::test {

using Command = test_engine::Command;
namespace user = test_engine::user;
namespace privileged = test_engine::privileged;

struct Beat {
    bool write;
    uint64_t address;
    unsigned length;
    StreamIn who;
    sc_core::sc_time at;  ///< local time when it arrived
};

/// 256 KiB; an access that touches `bad_begin` .. `bad_end` fails.
struct RecordingMemory : sc_core::sc_module {
    tlm_utils::simple_target_socket<RecordingMemory, 32> in{"in"};
    std::vector<uint8_t> bytes = std::vector<uint8_t>(0x4'0000);
    std::vector<Beat> beats;
    uint64_t bad_begin = ~uint64_t{0}, bad_end = ~uint64_t{0};
    sc_core::sc_time latency{10.0, sc_core::SC_NS};

    explicit RecordingMemory(sc_core::sc_module_name name) : sc_module(name) {
        in.register_b_transport(this, &RecordingMemory::transport);
    }
    void transport(tlm::tlm_generic_payload& p, sc_core::sc_time& delay) {
        const uint64_t address = p.get_address();
        const unsigned length = p.get_data_length();
        beats.push_back({p.is_write(), address, length, p.get_extension<StreamExtension>()->in,
                         sc_core::sc_time_stamp() + delay});
        delay += latency;
        if (address + length > bytes.size() || (address < bad_end && address + length > bad_begin))
            return p.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        if (p.is_read())
            std::memcpy(p.get_data_ptr(), &bytes[address], length);
        else
            std::memcpy(&bytes[address], p.get_data_ptr(), length);
        p.set_response_status(tlm::TLM_OK_RESPONSE);
    }
};

struct RegisterMaster : sc_core::sc_module {
    tlm_utils::simple_initiator_socket<RegisterMaster, 32> out{"out"};
    explicit RegisterMaster(sc_core::sc_module_name name) : sc_module(name) {}

    void access(tlm::tlm_command command, uint64_t address, void* data, unsigned length) {
        tlm::tlm_generic_payload p;
        p.set_command(command);
        p.set_address(address);
        p.set_data_ptr(static_cast<unsigned char*>(data));
        p.set_data_length(length);
        p.set_streaming_width(length);
        sc_core::sc_time delay;
        out->b_transport(p, delay);
        EXPECT_EQ(p.get_response_status(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(delay, sc_core::SC_ZERO_TIME);
    }
    uint64_t read(uint64_t address, unsigned length = 4) {
        uint64_t value = 0;
        access(tlm::TLM_READ_COMMAND, address, &value, length);
        return value;
    }
    void write(uint64_t address, uint64_t value, unsigned length = 4) {
        access(tlm::TLM_WRITE_COMMAND, address, &value, length);
    }
};

struct EngineBench {
    explicit EngineBench(const TestEngineParams& params = {}) : engine("engine", params) {
        master.out.bind(engine.regs);
        engine.dma.bind(memory.in);
        engine.irq.bind(irq);
        for (size_t i = 0; i < memory.bytes.size(); ++i)
            memory.bytes[i] = static_cast<uint8_t>(i * 7 + i / 251);
    }

    uint64_t get(uint32_t frame, uint64_t reg, unsigned length = 4) {
        return master.read(test_engine::user_register(frame, reg), length);
    }
    void set(uint32_t frame, uint64_t reg, uint64_t value, unsigned length = 4) {
        master.write(test_engine::user_register(frame, reg), value, length);
    }
    void set_privileged(uint32_t frame, uint64_t reg, uint64_t value) {
        master.write(test_engine::privileged_register(frame, reg), value);
    }
    Command status(uint32_t frame) { return static_cast<Command>(get(frame, user::cmd)); }

    void start_copy(uint32_t frame, uint64_t from, uint64_t to, uint64_t length,
                    uint64_t stride = 1) {
        set(frame, user::begin, from, 8);
        set(frame, user::end, from + length - 1, 8);
        set(frame, user::destination, to, 8);
        set(frame, user::stride, stride, 8);
        set(frame, user::cmd, static_cast<uint32_t>(Command::MEMCPY));
    }
    /// Waits until the frame is idle and returns what its cmd reads then.
    Command finish(uint32_t frame) {
        const auto busy = [](Command c) {
            return c == Command::MEMCPY || c == Command::RAND48 || c == Command::SUM64;
        };
        while (busy(status(frame))) sc_core::wait(sc_core::sc_time(1.0, sc_core::SC_NS));
        return status(frame);
    }
    Command command(uint32_t frame, Command c) {
        set(frame, user::cmd, static_cast<uint32_t>(c));
        return finish(frame);
    }
    /// RAND48 or SUM64 over [begin, begin + length).
    Command over(uint32_t frame, Command c, uint64_t begin, uint64_t length, uint64_t stride = 1) {
        set(frame, user::begin, begin, 8);
        set(frame, user::end, begin + length - 1, 8);
        set(frame, user::stride, stride, 8);
        return command(frame, c);
    }
    Command copy(uint32_t frame, uint64_t from, uint64_t to, uint64_t length, uint64_t stride = 1) {
        start_copy(frame, from, to, length, stride);
        return finish(frame);
    }

    TestEngine engine;
    RegisterMaster master{"master"};
    RecordingMemory memory{"memory"};
    sc_core::sc_signal<bool> irq{"irq"};
};

}  // namespace smmu::test
