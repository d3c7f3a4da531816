// Random register accesses against a model of them that is a few lines long: what is written, what
// guards it, what is left alone.  And queues with whatever indexes and bases software gave them.
// Arm IHI 0070 G.b, 3.5.1, 6.2, 6.3.
#include <algorithm>
#include <map>

#include "smmuv3/core/attributes.h"
#include "smmuv3/core/msi.h"
#include "tests/core/fuzz.h"
#include "tests/core/queue_bench.h"

namespace smmu::test {
namespace {

struct Register {
    uint32_t offset;
    uint32_t mask;           ///< bits that exist
    uint32_t guard;          ///< bits of CR0 and CR0ACK that must be 0 for it to be writable
    uint32_t irq_guard = 0;  ///< the same of IRQ_CTRL and IRQ_CTRLACK
};
constexpr uint32_t read_only = 0xFFFF'FFFF;
constexpr uint32_t gerror_msi = 1 << 0, event_msi = 1 << 2;
constexpr Register words[] = {
    {at::CR0, 0x1CD, 0},
    {at::CR0ACK, 0x1CD, read_only},
    {at::CR1, 0xFFF, 0},  // a guard for each half: in write()
    {at::CR2, 0x3, 1},
    {at::GBPA, 0x801F'3F1F, 0},
    {at::IRQ_CTRL, 0x5, 0},
    {at::IRQ_CTRLACK, 0x5, read_only},
    {at::GERROR, 0x1B5, read_only},
    {at::GERRORN, 0x1B5, 0},
    {at::GERROR_IRQ_CFG0, 0xFFFF'FFFC, 0, gerror_msi},
    {at::GERROR_IRQ_CFG0 + 4, 0xFFF, 0, gerror_msi},
    {at::GERROR_IRQ_CFG1, 0xFFFF'FFFF, 0, gerror_msi},
    {at::GERROR_IRQ_CFG2, 0x3F, 0, gerror_msi},
    {at::STRTAB_BASE, 0xFFFF'FFC0, 1},
    {at::STRTAB_BASE + 4, 0x4000'0FFF, 1},
    {at::STRTAB_BASE_CFG, 0x3'07FF, 1},
    {at::CMDQ_BASE, 0xFFFF'FFFF, 8},
    {at::CMDQ_BASE + 4, 0x4000'0FFF, 8},
    {at::CMDQ_PROD, 0xF'FFFF, 0},
    {at::CMDQ_CONS, 0x7F0F'FFFF, 8},
    {at::EVENTQ_BASE, 0xFFFF'FFFF, 4},
    {at::EVENTQ_BASE + 4, 0x4000'0FFF, 4},
    {at::EVENTQ_IRQ_CFG0, 0xFFFF'FFFC, 0, event_msi},
    {at::EVENTQ_IRQ_CFG0 + 4, 0xFFF, 0, event_msi},
    {at::EVENTQ_IRQ_CFG1, 0xFFFF'FFFF, 0, event_msi},
    {at::EVENTQ_IRQ_CFG2, 0x3F, 0, event_msi},
    {at::EVENTQ_PROD, 0x800F'FFFF, 4},
    {at::EVENTQ_CONS, 0x800F'FFFF, 0},
};

class FuzzRegisters : public QueueBench {
protected:
    using Values = std::map<uint32_t, uint32_t>;

    Values values() const {
        Values v;
        for (const Register& r : words) v[r.offset] = get(r.offset);
        return v;
    }
    /// Bits that exist without MSI, without VMW, without Hyp.
    uint32_t mask(const Register& r) const {
        if (!features.msi && r.irq_guard != 0) return 0;
        if (!features.msi && (r.offset == at::GERROR || r.offset == at::GERRORN)) return 0x105;
        if (!features.vmid_wildcard && (r.offset == at::CR0 || r.offset == at::CR0ACK)) return 0xD;
        if (!features.el2 && r.offset == at::CR2) return 0x2;
        return r.mask;
    }
    static uint32_t index_bits(uint32_t base) { return (2u << std::min(base & 31, 19u)) - 1; }

    /// What one aligned 32-bit write makes of the registers.
    void write(Values& v, uint32_t offset, uint32_t value) const {
        const auto r = std::find_if(std::begin(words), std::end(words),
                                    [&](const Register& x) { return x.offset == offset; });
        if (r == std::end(words) || ((v[at::CR0] | v[at::CR0ACK]) & r->guard) != 0 ||
            ((v[at::IRQ_CTRL] | v[at::IRQ_CTRLACK]) & r->irq_guard) != 0 || r->guard == read_only)
            return;
        if (offset == at::CR1) {
            const uint32_t enabled = v[at::CR0] | v[at::CR0ACK];
            const uint32_t open = (enabled & 0b1100 ? 0 : 0x3F) | (enabled & 1 ? 0 : 0xFC0);
            value = (value & open) | (v[offset] & ~open);
        }
        if (offset == at::GBPA && (v[offset] >> 31 || !(value >> 31))) return;
        v[offset] = value & mask(*r);
    }
    /// Indexes of the SMMU are cut to the size of their queue.
    static void cut(Values& v) {
        v[at::CMDQ_CONS] &= ~0xF'FFFFu | index_bits(v[at::CMDQ_BASE]);
        v[at::EVENTQ_PROD] &= ~0xF'FFFFu | index_bits(v[at::EVENTQ_BASE]);
    }
    void expect(Values expected) const {
        cut(expected);
        const Values now = values();
        for (const auto& [offset, value] : now)
            EXPECT_EQ(value, expected[offset]) << "offset " << std::hex << offset;
    }
};

/// One random access by software, then one thing that the SMMU does.
TEST_F(FuzzRegisters, ReadsAndWrites) {
    unsigned changed = 0;
    const auto access = [&](Random& random) {
        Values v = values();
        uint32_t offset = random.one_in(8)
                              ? static_cast<uint32_t>(random.bits(random.flip() ? 18 : 32))
                              : words[random.below(std::size(words))].offset;
        const unsigned size = random.one_in(8)   ? static_cast<unsigned>(random.below(17))
                              : random.one_in(4) ? 8
                                                 : 4;
        if (size == 8 && random.flip()) offset &= ~7u;
        if (random.one_in(16)) offset += static_cast<uint32_t>(random.below(4));
        // Few ones, so that enables and Update come and go.
        const uint64_t value = random.one_in(4) ? random.next() : random.next() & random.next();

        registers.write(offset, size, value);
        if ((size == 4 || size == 8) && offset % size == 0) {
            for (unsigned i = 0; i < size / 4; ++i)
                write(v, offset + 4 * i, static_cast<uint32_t>(value >> 32 * i));
            // A longer queue may show index bits that the shorter one hid (UNKNOWN, 6.3.28).
            if (offset == at::CMDQ_BASE) v[at::CMDQ_CONS] = get(at::CMDQ_CONS);
            if (offset == at::EVENTQ_BASE) v[at::EVENTQ_PROD] = get(at::EVENTQ_PROD);
        } else {
            EXPECT_EQ(registers.read(offset, size), 0u);
        }
        expect(v);
    };
    const auto smmu = [&](Random& random) {
        Values v = values();
        const auto follow = [&](uint32_t bits) {
            v[at::CR0ACK] = (v[at::CR0ACK] & ~bits) | (v[at::CR0] & bits);
        };
        const auto raise = [&](uint32_t bit) {
            v[at::GERROR] = (v[at::GERROR] & ~bit) | (~v[at::GERRORN] & bit);
        };
        switch (random.below(10)) {
            case 0:
            case 1: {
                const bool msis_done = random.flip();
                registers.acknowledge_control(msis_done);
                follow(SMMUEN | 0x1C0);
                if (msis_done) v[at::IRQ_CTRLACK] = v[at::IRQ_CTRL];
                v[at::GBPA] &= 0x7FFF'FFFF;
                break;
            }
            case 2:
                registers.acknowledge_command_enable();
                follow(CMDQEN);
                break;
            case 3:
                registers.acknowledge_event_enable();
                follow(EVENTQEN);
                break;
            case 4:
                registers.raise_event_abort();
                raise(1 << 2);
                break;
            case 5: {
                if (!features.msi) break;
                using core::MsiSource;
                constexpr struct {
                    MsiSource source;
                    uint32_t bit;
                } aborts[] = {{MsiSource::EventQueue, 1 << 5},
                              {MsiSource::Gerror, 1 << 7},
                              {MsiSource::CommandSync, 1 << 4}};
                const auto& [source, bit] = aborts[random.below(3)];
                registers.raise_msi_abort(source);
                raise(bit);
                break;
            }
            case 6:
                if (registers.command_error_active()) break;
                registers.raise_command_error(arch::CommandError::Illegal);
                v[at::GERROR] ^= 1;
                v[at::CMDQ_CONS] = (v[at::CMDQ_CONS] & 0x00FF'FFFF) | 0x0100'0000;
                break;
            default: return;
        }
        expect(v);
    };
    cases(0x4000'0000, 1'000, [&](Random& random) {
        features.msi = !random.one_in(4);
        features.vmid_wildcard = !random.one_in(4);
        features.el2 = !random.one_in(4);
        reset();
        for (int step = 0; step < 16; ++step) {
            const Values before = values();
            access(random);
            changed += before != values();
            smmu(random);
        }
    });
    EXPECT_GT(changed, 4000u);
}

TEST_F(FuzzRegisters, QueuesStayWithinTheirMemory) {
    unsigned written = 0, overflowed = 0, fetched = 0;
    cases(0x5000'0000, 5'000, [&](Random& random) {
        features = random_features(random);
        reset();
        const uint64_t end = uint64_t{1} << features.output_address_bits;
        // Short queues meet their ends more often.
        const uint64_t short_size = random.flip() ? random.below(4) : random.below(32);
        event_queue((random.next() & ~uint64_t{31}) | short_size,
                    static_cast<uint32_t>(random.next()), static_cast<uint32_t>(random.next()));
        const unsigned event_size =
            std::min<unsigned>(get(at::EVENTQ_BASE) & 31, features.event_queue_log2);
        const uint64_t event_bytes = uint64_t{32} << event_size;
        const uint64_t event_base = get64(at::EVENTQ_BASE) & (end - event_bytes);
        for (int i = 0; i < 4; ++i) {
            const uint32_t before = prod();
            const Recorded what = record();
            if (what == Recorded::Overflow) {
                ++overflowed;
                EXPECT_TRUE(memory.log.empty());
                EXPECT_EQ(prod() & 0x7FFF'FFFF, before & 0x7FFF'FFFF);
                continue;
            }
            ++written;
            EXPECT_EQ(written_at(), event_base + 32 * (before & ((uint64_t{1} << event_size) - 1)));
            EXPECT_EQ(prod(), (before & 0x8000'0000) | ((before + 1) & ((2u << event_size) - 1)));
        }

        command_queue((random.next() & ~uint64_t{31}) | short_size,
                      static_cast<uint32_t>(random.next()), static_cast<uint32_t>(random.next()));
        const unsigned command_size =
            std::min<unsigned>(get(at::CMDQ_BASE) & 31, features.command_queue_log2);
        const uint64_t command_align = std::max<uint64_t>(32, uint64_t{16} << command_size);
        const uint64_t command_base = get64(at::CMDQ_BASE) & (end - command_align);
        for (int i = 0; i < 4 && waiting(); ++i) {
            ++fetched;
            const uint32_t before = cons();
            EXPECT_EQ(fetched_at(),
                      command_base + 16 * (before & ((uint64_t{1} << command_size) - 1)));
            core::consume_command(registers);
            EXPECT_EQ(cons(), (before + 1) & ((2u << command_size) - 1));
        }
    });
    EXPECT_GT(written, 1000u);
    EXPECT_GT(overflowed, 100u);
    EXPECT_GT(fetched, 1000u);
}

/// Of a CMD_SYNC and of a register: wanted or not, and never beyond the output address size.
TEST_F(FuzzRegisters, MessagesStayWithinTheOutputRange) {
    unsigned sent = 0;
    cases(0x5800'0000, 5'000, [&](Random& random) {
        features = random_features(random);
        reset();
        arch::Sync sync{{random.next(), random.next()}};
        if (random.flip()) sync.word[1] &= uint64_t{0xFFFF} << random.below(56);
        const bool has_address = (sync.word[1] & 0x00FF'FFFF'FFFF'FFFC) != 0;
        const bool wants_interrupt = (sync.word[0] >> 12 & 3) == 1;
        const core::Msi of_sync = core::msi_of(sync, features);
        EXPECT_EQ(bool(of_sync), features.msi && wants_interrupt && has_address);

        put64(at::EVENTQ_IRQ_CFG0, sync.word[1]);
        put(at::EVENTQ_IRQ_CFG1, static_cast<uint32_t>(sync.word[0]));
        put(at::EVENTQ_IRQ_CFG2, static_cast<uint32_t>(random.next()));
        const core::Msi of_events = registers.event_msi();
        EXPECT_EQ(bool(of_events), get64(at::EVENTQ_IRQ_CFG0) != 0);

        for (const core::Msi& msi : {of_sync, of_events}) {
            if (!msi) continue;
            memory.log.clear();
            EXPECT_TRUE(core::send(msi, memory));
            const auto& access = memory.log.at(0);
            EXPECT_EQ(access.address >> features.output_address_bits, 0u);
            EXPECT_EQ(access.address % 4, 0u);
            EXPECT_EQ(access.size, 4u);
            EXPECT_EQ(access.attributes, core::make_consistent(access.attributes));
            ++sent;
        }
    });
    EXPECT_GT(sent, 1000u);
}

}  // namespace
}  // namespace smmu::test
