// Fixture of Stream table tests: tables of one or two levels anywhere, and where an STE was found.
#pragma once
#include "tests/core/bench.h"

namespace smmu::test {

using arch::StrtabBase;
using arch::StrtabBaseCfg;

/// A bypass STE with a mark: what comes out is Device-GRE only if this STE was used.
inline Ste marked() {
    return Ste{}
        .set(Ste::V, true)
        .set(Ste::Config, SteConfig::Bypass)
        .set(Ste::MTCFG, true)
        .set(Ste::MemAttr, 0b0011);
}

class StreamTable : public Bench {
protected:
    static constexpr uint64_t l2 = 0x2000'0000;

    void linear(uint64_t base, unsigned log2size, unsigned format = 0) {
        disable();
        write(StrtabBase::offset, base);
        write(StrtabBaseCfg::offset, format << 16 | log2size);
        enable();
    }
    void two_level(uint64_t base, unsigned log2size, unsigned split) {
        linear(base, split << 6 | log2size, 1);
    }
    void put_l1std(uint64_t address, unsigned span, uint64_t pointer) {
        memory.poke(address, pointer | span);
    }
    Outcome from(uint32_t sid) {
        Access a = access(0x1000);
        a.stream = arch::StreamId{sid};
        return cold(a);
    }
    void expect_ste_at(uint32_t sid, uint64_t address) {
        memory.put(address, marked());
        const Outcome o = from(sid);
        EXPECT_EQ(o.action, Action::Forward) << "StreamID " << sid;
        EXPECT_EQ(o.attributes.type, arch::MemoryType::Device_GRE) << "StreamID " << sid;
        EXPECT_EQ(memory.log.back().address, address) << std::hex << memory.log.back().address;
        memory.put(address, Ste{});
    }
    void expect_bad_stream(uint32_t sid) { expect_aborted(from(sid), EventId::C_BAD_STREAMID); }
};

}  // namespace smmu::test
