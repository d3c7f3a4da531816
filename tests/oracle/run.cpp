// World after world.
#include "run.h"

#include <algorithm>

#include "sensitivity.h"
#include "stalls.h"
#include "text.h"

namespace smmu::differential {

namespace {

std::string words_text(const char* name, const uint64_t* words) {
    std::string s = name;
    for (unsigned i = 0; i < 8; ++i) s += " " + hex(words[i]);
    return s;
}

std::string registers_text(World& world, const oracle::Trace& trace) {
    const oracle::Registers r = Model(world, false).registers();
    std::string s = "IDR0 " + hex(r.idr0) + " IDR1 " + hex(r.idr1) + " IDR3 " + hex(r.idr3) +
                    " IDR5 " + hex(r.idr5) + " AIDR " + hex(r.aidr) + " CR2 " + hex(r.cr2) +
                    " STRTAB " + hex(r.strtab_base) + " " + hex(r.strtab_base_cfg);
    if (trace.ste.v()) s += "\n  " + words_text("STE", trace.ste.w);
    if (trace.cd.v()) s += "\n  " + words_text("CD", trace.cd.w);
    return s;
}

}  // namespace

std::string report(World& world, uint64_t number, const std::string& what,
                   const oracle::Access& access, const Observed& model,
                   const oracle::Result& expected, Kind kind) {
    std::string s = what + "\n  access " + std::to_string(number) + ": " + to_string(access);
    s += "\n  model:  " + to_string(model) + "\n  oracle: " + to_string(expected);
    s += "\n  " + registers_text(world, expected.trace);
    s += "\n  reproduce: oracle_run --seed " + hex(world.seed);
    if (kind == Kind::Warm) s += " --warm";
    return s + "\n";
}

void run_cold(World& world, unsigned accesses, Statistics& statistics) {
    Model model(world, false);
    const oracle::Registers registers = model.registers();
    OracleMemory memory(world.memory);
    Stalls stalls(world, model, statistics);
    if (const char* unknown = registers.unknown()) {
        statistics.failures.push_back(
            {world.seed, 0, std::string("the oracle does not know ") + unknown + "\n"});
        return;
    }
    for (unsigned i = 0; i < accesses; ++i) {
        ++statistics.accesses;
        if (world.random.percent(2 + world.wildness / 10)) change_something(world);
        const std::string unanswered = stalls.answer(registers);
        const oracle::Access access = stalls.next(world);
        const Observed seen = model.translate(access);
        Judgement j = judge(seen, registers, memory, access, Detail::Fetches);
        std::string what = unanswered.empty() ? j.difference : unanswered;
        try_one_bit(world, registers, access, j.expected, statistics);
        model.commit(seen);
        if (seen.outcome.action == core::Outcome::Action::Stall) stalls.enter(access, seen);
        if (what.empty() && world.random.percent(25))
            what = broken_promise(seen, j.expected, registers, memory, access, world.random);
        statistics.add(access, seen, j);
        if (what.empty()) continue;
        statistics.failures.push_back(
            {world.seed, i, report(world, i, what, access, seen, j.expected, Kind::Cold)});
        return;  // what follows would most likely be the same again
    }
}

void run(const Plan& plan, Statistics& statistics) {
    for (uint64_t seed = plan.seed;
         statistics.accesses < plan.accesses && statistics.failures.size() < plan.give_up_after;
         ++seed) {
        World world = make_world(seed, plan.kind);
        ++statistics.worlds;
        const auto n = static_cast<unsigned>(
            std::min<uint64_t>(plan.per_world, plan.accesses - statistics.accesses));
        (plan.kind == Kind::Cold ? run_cold : run_warm)(world, n, statistics);
    }
}

}  // namespace smmu::differential
