// Fixture of StreamWorld tests: a stage-1 stream of EL1, EL2 or EL2-E2H.
#pragma once
#include "tests/core/bench.h"

namespace smmu::test {

using arch::StreamWorld;

class WorldBench : public Bench {
protected:
    static constexpr uint64_t va = 0x1000, pa = 0x9000;
    static constexpr StreamWorld worlds[] = {StreamWorld::El1, StreamWorld::El2,
                                             StreamWorld::El2E2h};

    /// CR2.{E2H, RECINVSID}.
    void set_e2h(bool e2h) { while_disabled(arch::Cr2::offset, e2h ? 0b11 : 0b10); }
    /// STE.STRW of a world, with CR2.E2H as it needs it.
    void use(Context& c, StreamWorld world) {
        set_e2h(world == StreamWorld::El2E2h);
        c.ste.set(Ste::STRW, world == StreamWorld::El1 ? 0b00 : 0b10);
        attach(c);
    }
    /// "rwx rwx": what privileged, then unprivileged accesses to `va` may do.
    std::string measured() {
        std::string s;
        for (const bool priv : {true, false}) {
            if (!priv) s += ' ';
            Access a = access(va);
            a.privileged = priv;
            const std::pair<Access, char> kinds[] = {
                {a, 'r'}, {writing(a), 'w'}, {instruction(a), 'x'}};
            for (const auto& [kind, letter] : kinds) {
                const Outcome o = cold(kind);
                if (o.action != Action::Forward) {
                    EXPECT_EQ(o.event, EventId::F_PERMISSION);
                }
                s += o.action == Action::Forward ? letter : '-';
            }
        }
        return s;
    }
};

}  // namespace smmu::test
