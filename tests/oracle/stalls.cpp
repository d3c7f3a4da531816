// The commands as two words: opcode, SSec 10, Ac 12, Ab 13, StreamID 63:32, STAG 79:64.
#include "stalls.h"

namespace smmu::differential {

using oracle::End;

namespace {

constexpr uint64_t RESUME = 0x44, STALL_TERM = 0x45;
constexpr size_t most_stalls = 6;

End end_of(core::StallEnd end) {
    switch (end) {
        case core::StallEnd::Retry: return End::Retry;
        case core::StallEnd::Abort: return End::Abort;
        case core::StallEnd::RazWi: return End::RazWi;
    }
    return End::None;
}

const char* end_name(End end) {
    constexpr const char* names[] = {"goes on waiting", "is retried", "aborts", "is RAZ/WI"};
    return names[static_cast<unsigned>(end)];
}

}  // namespace

void Stalls::enter(const oracle::Access& access, const Observed& seen) {
    model_.stalled.push_back({access, seen.stag, {}});
}

oracle::StallCommand Stalls::random_command(bool enough) {
    Random& random = world_.random;
    Stalled any;
    any.access.stream = static_cast<uint32_t>(random.bits(16));
    const Stalled& s = model_.stalled.empty() ? any : random.of(model_.stalled);
    oracle::StallCommand c;
    c.low = (enough || random.percent(15) ? STALL_TERM : RESUME) | uint64_t{s.access.stream} << 32;
    c.low |= random.bits(2) << 12;
    c.high = s.stag;
    if (random.percent(4)) c.low ^= uint64_t{1} << random.between(32, 63);
    if (random.percent(4)) c.high ^= uint64_t{1} << random.small(16);
    if (random.percent(2)) c.low |= 1u << 10;
    return c;
}

std::string Stalls::ended(const Stalled& s, End expected) {
    const End end = s.end ? end_of(*s.end) : End::None;
    if (end != expected)
        return std::string("a stalled transaction ") + end_name(end) + ", the oracle's " +
               end_name(expected);
    statistics_.count("stalled", end_name(end));
    if (end == End::Retry) retried_.push_back(s.access);
    return {};
}

std::string Stalls::answer(const oracle::Registers& registers) {
    Random& random = world_.random;
    const bool enough = model_.stalled.size() > most_stalls;
    if (!enough && !random.percent(model_.stalled.empty() ? 1 : 30)) return {};
    const oracle::StallCommand c = random_command(enough);
    const bool refused =
        model_.execute(arch::Command{{c.low, c.high}}) == arch::CommandError::Illegal;
    if (refused != c.is_illegal(registers)) return "CERROR_ILL of a stall command";
    if (refused) statistics_.count("stalled", "command refused");

    std::vector<Stalled> waiting;
    for (const Stalled& s : model_.stalled) {
        const std::string what = ended(s, c.end_of(registers, s.access.stream, s.stag));
        if (!what.empty()) return what;
        if (!s.end) waiting.push_back(s);
    }
    model_.stalled = waiting;
    return {};
}

oracle::Access Stalls::next(World& world) {
    if (retried_.empty()) return random_access(world);
    const oracle::Access again = retried_.front();
    retried_.pop_front();
    return again;
}

}  // namespace smmu::differential
