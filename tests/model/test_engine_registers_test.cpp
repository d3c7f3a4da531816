// The register frames of the test engine: access, isolation, refused commands.
#include <utility>

#include "tests/model/test_engine_bench.h"

namespace smmu {
namespace {

using test::Command;
using test::EngineBench;
namespace user = test::user;
namespace privileged = test::privileged;

class TestEngineRegistersTest : public test::SimTest {};

TEST_F(TestEngineRegistersTest, MisconfigurationShowsOnTheNextRead) {
    EngineBench b;
    simulate([&] {
        const auto refused = [&](uint64_t length, uint64_t stride) {
            b.start_copy(0, 0x1000, 0x2000, length, stride);
            return b.status(0) == Command::FRAME_MISCONFIGURED;
        };
        EXPECT_TRUE(refused(0, 1)) << "end before begin";
        EXPECT_TRUE(refused(64, 0));
        EXPECT_TRUE(refused(64, 4)) << "neither 1 nor a multiple of 8";
        b.start_copy(0, 0x1000, ~uint64_t{0} - 10, 64);
        EXPECT_EQ(b.status(0), Command::FRAME_MISCONFIGURED) << "the destination wraps";

        b.set_privileged(0, privileged::substreamid, 0x10'0000);
        EXPECT_TRUE(refused(64, 1)) << "a PASID has 20 bits";
        b.set_privileged(0, privileged::substreamid, 0xF'FFFF);
        b.set_privileged(0, privileged::pctrl, 1u << 9);
        EXPECT_TRUE(refused(64, 1)) << "page requests without ATS";
        b.set_privileged(0, privileged::pctrl, 0);
        b.set(0, user::attributes, 0x0044'00FF);
        EXPECT_TRUE(refused(64, 1)) << "0b0100 is reserved in AxCACHE";
        b.set(0, user::attributes, 0);

        b.set(0, user::begin, 7, 8);
        b.set(0, user::end, ~uint64_t{7}, 8);
        for (const Command command : {Command::MEMCPY, Command::RAND48})
            EXPECT_EQ(b.command(0, command), Command::FRAME_MISCONFIGURED)
                << "words all over the address space";
        for (const auto& [begin, end] : {std::pair{0x1001, 0x1007}, std::pair{0x1000, 0x1006}}) {
            b.set(0, user::begin, static_cast<uint64_t>(begin), 8);
            b.set(0, user::end, static_cast<uint64_t>(end), 8);
            EXPECT_EQ(b.command(0, Command::SUM64), Command::FRAME_MISCONFIGURED)
                << "a sum takes whole words";
        }
        for (const uint32_t command : {5u, 0x1000u, ~0u - 2, ~0u - 1, ~0u}) {
            b.set(0, user::cmd, command);
            EXPECT_EQ(b.status(0), Command::FRAME_MISCONFIGURED) << command;
        }
        b.set(0, user::cmd, static_cast<uint32_t>(Command::NO_FRAME));
        EXPECT_EQ(b.status(0), Command::HALTED) << "as HALTED";
        b.set(0, user::cmd, 5);
        b.set(0, user::cmd, static_cast<uint32_t>(Command::HALTED));
        EXPECT_EQ(b.status(0), Command::HALTED);
        EXPECT_TRUE(b.memory.beats.empty());
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 64), Command::HALTED) << "and the frame works again";
    });
}

TEST_F(TestEngineRegistersTest, TheUserPageCannotReachThePrivilegedOne) {
    EngineBench b;
    simulate([&] {
        for (uint64_t offset = 0; offset < test_engine::page_size; offset += 4) {
            if (offset % test_engine::frame_size == user::cmd) continue;
            b.master.write(offset, ~0u);
        }
        for (uint32_t frame = 0; frame < virt::test_engine_frames; ++frame) {
            const auto read = [&](uint64_t reg) {
                return b.master.read(test_engine::privileged_register(frame, reg));
            };
            EXPECT_EQ(read(privileged::pctrl), test_engine::pctrl_ssd_ns);
            EXPECT_EQ(read(privileged::streamid), virt::test_engine_rid(frame));
            EXPECT_EQ(read(privileged::substreamid), test_engine::no_substream);
        }
    });
}

TEST_F(TestEngineRegistersTest, RegistersTakeAccessesOfAnySize) {
    EngineBench b;
    simulate([&] {
        b.set(0, user::begin, 0x1111'2222'3333'4444, 8);
        EXPECT_EQ(b.get(0, user::begin), 0x3333'4444u);
        EXPECT_EQ(b.get(0, user::begin + 4), 0x1111'2222u);
        b.set(0, user::begin + 4, 0x5555'6666);
        EXPECT_EQ(b.get(0, user::begin, 8), 0x5555'6666'3333'4444u);
        b.set(0, user::begin + 1, 0xAB, 1);
        b.set(0, user::begin + 3, 0xCDEF, 2);
        EXPECT_EQ(b.get(0, user::begin, 8), 0x5555'66CD'EF33'AB44u);
        EXPECT_EQ(b.get(0, user::begin + 3, 2), 0xCDEFu);
        b.set_privileged(0, privileged::streamid, 0x1234'5678);
        b.master.write(test_engine::privileged_register(0, privileged::streamid) + 2, 0x9A, 1);
        EXPECT_EQ(b.master.read(test_engine::privileged_register(0, privileged::streamid)),
                  0x129A'5678u);
    });
}

TEST_F(TestEngineRegistersTest, CmdTakesWholeWordsOnly) {
    EngineBench b;
    simulate([&] {
        b.set(0, user::begin, 0x1000, 8);
        b.set(0, user::end, 0x1007, 8);
        b.set(0, user::destination, 0x2000, 8);
        b.set(0, user::stride, 1, 8);
        b.set(0, user::cmd, 2, 1);
        b.set(0, user::cmd, 2, 2);
        EXPECT_EQ(b.status(0), Command::HALTED);

        b.set_privileged(0, privileged::pctrl, test_engine::pctrl_no_snoop_allowed);
        b.set(0, user::cmd, static_cast<uint64_t>(test_engine::uctrl_no_snoop) << 32 | 2, 8);
        EXPECT_EQ(b.finish(0), Command::HALTED);
        EXPECT_TRUE(b.memory.beats.at(0).who.no_snoop) << "one 64-bit write of uctrl and cmd";
    });
}

TEST_F(TestEngineRegistersTest, ABusyFrameIgnoresWrites) {
    EngineBench b;
    simulate([&] {
        b.start_copy(0, 0x1000, 0x2000, 0x100);
        b.set(0, user::destination, 0x3000, 8);
        b.set(0, user::seed, 5);
        b.set(0, user::uctrl, test_engine::uctrl_no_snoop);
        b.set_privileged(0, privileged::streamid, 0x77);
        EXPECT_EQ(b.finish(0), Command::HALTED);
        EXPECT_EQ(b.get(0, user::destination, 8), 0x2000u);
        EXPECT_EQ(b.get(0, user::seed), 0u);
        EXPECT_EQ(b.get(0, user::uctrl), 0u);
        EXPECT_EQ(b.master.read(test_engine::privileged_register(0, privileged::streamid)), 0x08u);
    });
}

TEST_F(TestEngineRegistersTest, WhatIsNotBuiltReadsAsZeroAndIgnoresWrites) {
    EngineBench b;
    simulate([&] {
        const uint64_t downstream_port_index = 0x04, pdata = 0x10;
        for (const uint64_t reg : {user::count_launched, user::count_returned}) {
            b.set(0, reg, ~0u);
            EXPECT_EQ(b.get(0, reg), 0u) << reg;
        }
        b.set(0, user::uctrl, ~0u);
        EXPECT_EQ(b.get(0, user::uctrl), test_engine::uctrl_no_snoop);
        for (const uint64_t reg : {downstream_port_index, pdata}) {
            b.set_privileged(0, reg, ~0u);
            EXPECT_EQ(b.master.read(test_engine::privileged_register(0, reg)), 0u) << reg;
        }
        const uint32_t beyond = virt::test_engine_frames;
        b.set(beyond, user::cmd, 2);
        EXPECT_EQ(b.status(beyond), Command::NO_FRAME);
        b.master.write(2 * test_engine::page_size, 2);
        EXPECT_EQ(b.master.read(2 * test_engine::page_size), 0u);
    });
}

TEST_F(TestEngineRegistersTest, DebugReadsRegisters) {
    EngineBench b;
    simulate([&] {
        tlm::tlm_generic_payload p;
        uint32_t value = 0;
        p.set_command(tlm::TLM_READ_COMMAND);
        p.set_address(test_engine::privileged_register(3, privileged::streamid));
        p.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
        p.set_data_length(4);
        EXPECT_EQ(b.master.out->transport_dbg(p), 4u);
        EXPECT_EQ(value, virt::test_engine_rid(3));
        p.set_command(tlm::TLM_WRITE_COMMAND);
        EXPECT_EQ(b.master.out->transport_dbg(p), 0u);
    });
}

}  // namespace
}  // namespace smmu
