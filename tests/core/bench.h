// Fixture of core tests: registers, caches and memory of one SMMU, with a linear Stream table of 256
// STEs and the SMMU enabled.
#pragma once
#include <gtest/gtest.h>

#include <array>
#include <iomanip>
#include <memory>
#include <ostream>
#include <sstream>

#include "smmuv3/core/register_file.h"
#include "smmuv3/core/translate.h"
#include "tests/support/builders.h"
#include "tests/support/recorded.h"

namespace smmu::test {

using Action = core::Outcome::Action;
using arch::Cd;
using arch::EventId;
using arch::Ste;
using arch::SteConfig;
using core::Access;
using core::Outcome;
using core::Purpose;

/// The four words of an event record, word 0 first, compared and printed as such.
struct Golden {
    uint64_t word[4];
    bool operator==(const Golden& o) const {
        return std::equal(std::begin(word), std::end(word), std::begin(o.word));
    }
    friend std::ostream& operator<<(std::ostream& out, const Golden& g) {
        for (uint64_t w : g.word) out << std::hex << std::setfill('0') << std::setw(16) << w << ' ';
        return out;
    }
};
inline Golden golden(const arch::Event& e) {
    return {{e.word[0], e.word[1], e.word[2], e.word[3]}};
}

class Bench : public ::testing::Test {
protected:
    static constexpr uint64_t stream_table = 0x1000'0000;
    static constexpr arch::StreamId stream{0x42};

    Bench() {
        write(arch::StrtabBase::offset, stream_table);
        write(arch::StrtabBaseCfg::offset, 8);
        write(arch::Cr1::offset, 0xD75);  // all tables and queues: iWB-oWB, Inner Shareable
        write(arch::Cr2::offset, 0b10);   // RECINVSID
        enable();
    }

    /// A register write of the register's own width, with all updates acknowledged at once.
    void write(uint32_t offset, uint64_t value) {
        const bool wide = offset == arch::StrtabBase::offset || offset == arch::CmdqBase::offset ||
                          offset == arch::EventqBase::offset || offset == arch::PriqBase::offset;
        registers.write(offset, wide ? 8 : 4, value);
        registers.acknowledge_control();
        registers.acknowledge_command_enable();
        registers.acknowledge_event_enable();
        registers.acknowledge_page_request_enable();
    }
    void enable() { write(arch::Cr0::offset, 0b1101); }
    void disable() { write(arch::Cr0::offset, 0); }
    /// Changes registers that are read-only while the SMMU is enabled.
    void while_disabled(uint32_t offset, uint64_t value) {
        disable();
        write(offset, value);
        enable();
    }

    core::View view() const {
        return {features,
                registers.smmu_enabled(),
                registers.record_bad_stream(),
                registers.e2h(),
                registers.gbpa(),
                registers.stream_table(),
                configs,
                tlb,
                nullptr,
                registers.check_translated(),
                registers.record_ats_errors(),
                &memos};
    }

    static constexpr uint64_t ste_address(arch::StreamId s) { return stream_table + 64 * s.value; }
    void put(arch::StreamId s, const Ste& ste) { memory.put(ste_address(s), ste); }
    /// Makes `stream` use that context, as its STE and CD are now.
    void attach(Context& c) {
        put(stream, c.ste);
        c.write_cd();
    }

    // Accesses by `stream`, unprivileged Data with the default attributes unless changed in `access`.
    static Access access(uint64_t address) {
        Access a;
        a.stream = stream;
        a.address = address;
        return a;
    }
    static Access privileged(Access a) {
        a.privileged = true;
        return a;
    }
    static Access instruction(Access a) {
        a.instruction = true;
        return a;
    }
    static Access writing(Access a) {
        a.write = true;
        return a;
    }
    static Access substream(Access a, uint32_t ssid) {
        a.substream_valid = true;
        a.substream = arch::SubstreamId{ssid};
        return a;
    }

    /// Translates with nothing cached and a fresh record: what is `recorded` is of this access.
    Outcome cold(const Access& a) {
        memory.log.clear();
        recorded = Recording{};
        return core::translate(view(), a, memory, recorded);
    }
    /// Translates with caches that keep what they are given.
    Outcome warm(const Access& a) {
        memory.log.clear();
        recorded = Recording{configs, tlb};
        return core::translate(view(), a, memory, recorded);
    }
    Outcome read(uint64_t address) { return cold(access(address)); }
    Outcome write_to(uint64_t address) { return cold(writing(access(address))); }

    /// The only event of the latest access.
    arch::Event event() const {
        EXPECT_EQ(recorded.events.size(), 1u);
        return recorded.events.empty() ? arch::Event{} : recorded.events.front();
    }

    void expect_forwarded(const Outcome& o, uint64_t address) const {
        EXPECT_EQ(o.action, Action::Forward) << "event " << unsigned(uint8_t(o.event));
        EXPECT_EQ(o.address, address) << std::hex << o.address;
        EXPECT_TRUE(recorded.events.empty());
    }
    void expect_aborted(const Outcome& o, EventId id) const {
        EXPECT_EQ(o.action, Action::Abort);
        EXPECT_EQ(o.event, id) << "event " << unsigned(uint8_t(o.event));
        ASSERT_EQ(recorded.events.size(), 1u);
        EXPECT_EQ(recorded.events[0][arch::Event::Id], id);
    }
    void expect_aborted_silently(const Outcome& o) const {
        EXPECT_EQ(o.action, Action::Abort);
        EXPECT_TRUE(recorded.events.empty());
    }

    /// The default, but faults end a transaction: stalls have tests of their own.
    static core::Features terminating() {
        core::Features f;
        f.stall_model = core::StallModel::Terminate;
        return f;
    }
    core::Features features = terminating();
    core::RegisterFile registers{features};
    core::ConfigCache configs{{16, 4}};
    core::Tlb tlb{{256, 4}};
    mutable core::Memos memos;
    FakeMemory memory;
    Recording recorded;
};

}  // namespace smmu::test
