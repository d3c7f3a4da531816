// An SMMU that does just enough for its driver: it acknowledges, consumes commands and records what
// was written.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/queue.h"
#include "smmuv3/arch/regs.h"
#include "sw_stubs/driver/memory.h"
#include "sw_stubs/port/host/machine.h"

namespace smmu::test {

/// Memory at a physical address, filled with a pattern that nobody may rely on.
class PhysicalMemory {
public:
    PhysicalMemory(uint64_t base, uint64_t size)
        : base_(base), words_(size / 8, 0xA5A5'A5A5'A5A5'A5A5) {}

    sw::Region region() {
        return {base_, reinterpret_cast<volatile uint8_t*>(words_.data()), words_.size() * 8};
    }
    uint64_t& at(uint64_t pa) { return words_.at((pa - base_) / 8); }

    template <class R>
    R record(uint64_t pa) {
        R r{};
        for (unsigned i = 0; i < R::words; ++i) r.word[i] = at(pa + 8 * i);
        return r;
    }

private:
    uint64_t base_;
    std::vector<uint64_t> words_;
};

struct RegisterWrite {
    uint64_t offset;
    uint64_t value;
    unsigned bytes;
    bool operator==(const RegisterWrite& o) const {
        return offset == o.offset && value == o.value && bytes == o.bytes;
    }
};
inline std::ostream& operator<<(std::ostream& out, const RegisterWrite& w) {
    return out << std::hex << w.offset << " := " << w.value << std::dec << " (" << w.bytes << ")";
}

class FakeSmmu : public sw::host::Machine {
public:
    static constexpr uint64_t base = 0x0905'0000;

    explicit FakeSmmu(PhysicalMemory& memory) : memory_(memory) {
        set<arch::Idr0>(0x0808'1000 | 0b10 << 2 | 0b11 | 1u << 18);
        set<arch::Idr1>(1u << 27 | 1u << 26 | 8u << 21 | 8u << 16 | 16);
        set<arch::Idr3>(1u << 8);
        set<arch::Idr5>(1u << 4 | 4);
    }

    template <class R>
    void set(uint64_t value) {
        registers_[R::offset] = value;
    }
    template <class R>
    R get() {
        return R{{{registers_[R::offset]}}};
    }

    std::vector<RegisterWrite> writes;
    std::vector<arch::Command> consumed;  ///< commands in the order in which the SMMU took them
    unsigned relaxes = 0;

    // How it behaves.
    std::function<arch::CommandError(const arch::Command&)> judge;  ///< None: the command is fine
    bool acknowledges = true;
    std::function<void()> on_barrier;  ///< called at each barrier of the driver
    unsigned consume_after = 0;  ///< relax() calls before the SMMU looks at the queue; 0 at once

    // The driver's side.
    uint32_t read32(uint64_t address) override {
        return static_cast<uint32_t>(registers_[address - base]);
    }
    uint64_t read64(uint64_t address) override { return registers_[address - base]; }
    void write32(uint64_t address, uint32_t value) override { write(address - base, value, 4); }
    void write64(uint64_t address, uint64_t value) override { write(address - base, value, 8); }
    void barrier() override {
        if (on_barrier) on_barrier();
    }
    void relax() override {
        ++relaxes;
        if (consume_after != 0 && relaxes % consume_after == 0) consume_one();
    }

private:
    void write(uint64_t offset, uint64_t value, unsigned bytes) {
        writes.push_back({offset, value, bytes});
        registers_[offset] = value;
        switch (offset) {
            case arch::Cr0::offset:
                if (acknowledges) registers_[arch::Cr0Ack::offset] = value;
                break;
            case arch::IrqCtrl::offset:
                if (acknowledges) registers_[arch::IrqCtrlAck::offset] = value;
                break;
            case arch::Gbpa::offset:
                if (acknowledges) registers_[offset] = value & 0x7FFF'FFFF;
                break;
            case arch::CmdqProd::offset:
            case arch::Gerrorn::offset:
                while (consume_after == 0 && consume_one()) {
                }
                break;
            default: break;
        }
    }

    /// Takes one command if there is one and no error is active.
    bool consume_one() {
        const auto queue = get<arch::CmdqBase>();
        const unsigned log2size = queue[arch::CmdqBase::LOG2SIZE];
        const arch::QueueIndex prod{get<arch::CmdqProd>()[arch::CmdqProd::WR]};
        const arch::QueueIndex cons{get<arch::CmdqCons>()[arch::CmdqCons::RD]};
        const bool error = (get<arch::Gerror>().raw() ^ get<arch::Gerrorn>().raw()) & 1;
        if (error || !get<arch::Cr0>()[arch::Cr0::CMDQEN] || empty(prod, cons, log2size))
            return false;

        const auto command = memory_.record<arch::Command>(
            queue[arch::CmdqBase::ADDR] + cons.slot(log2size) * arch::command_bytes);
        const arch::CommandError verdict = judge ? judge(command) : arch::CommandError::None;
        auto next =
            arch::CmdqCons{}.set(arch::CmdqCons::RD, cons.raw).set(arch::CmdqCons::ERR, verdict);
        if (verdict == arch::CommandError::None) {
            consumed.push_back(command);
            next.set(arch::CmdqCons::RD, cons.next(log2size).raw);
        } else {
            registers_[arch::Gerror::offset] ^= 1;
        }
        registers_[arch::CmdqCons::offset] = next.raw();
        return verdict == arch::CommandError::None;
    }

    PhysicalMemory& memory_;
    std::map<uint64_t, uint64_t> registers_;
};

/// A fake SMMU, memory for it, and the port pointed at both.
struct Bench {
    PhysicalMemory memory{0x4000'0000, 4 << 20};
    FakeSmmu smmu{memory};
    sw::host::Running running{smmu};
    sw::Arena arena{memory.region()};
};

}  // namespace smmu::test
