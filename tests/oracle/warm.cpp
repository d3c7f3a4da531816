// Accesses with caches: the model keeps what it is given, software changes structures and
// invalidates, and the oracle, which caches nothing, must still be right.
//
// Between a change and its invalidation an access may see the old or the new structure; and since
// several caches may hold what one descriptor led to, the old one here and the new one there.
#include <optional>

#include "invalidate.h"
#include "run.h"
#include "stalls.h"
#include "text.h"

namespace smmu::differential {

namespace {

class WarmRun {
public:
    WarmRun(World& world, Statistics& statistics)
        : world_(world),
          statistics_(statistics),
          model_(world, true),
          invalidator_(world, model_, ledger_),
          stalls_(world, model_, statistics),
          now_(world.memory),
          before_(world.memory),
          registers_(model_.registers()) {}

    bool step(unsigned number) {
        Random& random = world_.random;
        if (pending_ && random.percent(30)) {
            if (too_many_)
                invalidator_.everything();
            else
                invalidator_.cover(*pending_);
            pending_.reset();
            too_many_ = false;
            before_.old.clear();
            statistics_.count("software", "change made visible later");
        } else if (!pending_ && random.percent(12)) {
            change();
        } else if (random.percent(3)) {
            invalidator_.nothing_in_particular();
        } else if (!pending_ && random.percent(1)) {
            toggle();
        }
        if (invalidator_.refused != 0) return fail(number, "a command was refused", {}, {}, {});
        const std::string what = stalls_.answer(registers_);
        return what.empty() ? access(number) : fail(number, what, {}, {}, {});
    }

private:
    void change() {
        const Change c = change_something(world_);
        if (c.before.empty()) return;
        std::string what = "change at " + hex(c.address);
        for (unsigned i = 0; i < c.before.size(); ++i) {
            const uint64_t after = world_.memory.word(c.address + 8 * i);
            if (after != c.before[i])
                what += " word " + std::to_string(i) + " " + hex(c.before[i]) + " to " + hex(after);
        }
        invalidator_.log.push_back(what);
        if (world_.random.percent(60)) {
            invalidator_.cover(c);
            statistics_.count("software", "change made visible at once");
            return;
        }
        for (unsigned i = 0; i < c.before.size(); ++i) before_.old[c.address + 8 * i] = c.before[i];
        pending_ = c;
    }

    /// The SMMU goes off for a while, or on again; EL2 may become another one meanwhile.
    void toggle() {
        world_.control.enable = !world_.control.enable;
        if (!world_.control.enable) {
            world_.control.cr2 ^= static_cast<uint32_t>(world_.random.bits(1));
            world_.control.gbpa = static_cast<uint32_t>(world_.random.bits(20));
            invalidator_.everything();
            stalls_.clear();
        }
        model_.write_control();
        registers_ = model_.registers();
        statistics_.count("software", "SMMUEN changed");
    }

    bool access(unsigned number) {
        ++statistics_.accesses;
        if (!world_.control.enable && world_.random.percent(40)) toggle();
        const oracle::Access a = stalls_.next(world_);
        invalidator_.log.push_back("access " + std::to_string(number));
        const Observed seen = model_.translate(a);
        Judgement j = judge(seen, registers_, now_, a, Detail::Outcome);
        bool promised = ledger_.note(a, j.expected, world_.memory);
        if (pending_) promised = look_back(a, seen, j) && promised;
        model_.commit(seen);
        if (seen.outcome.action == core::Outcome::Action::Stall) stalls_.enter(a, seen);
        remember(a, j.expected);
        if (!promised) return unpromised();
        statistics_.add(a, seen, j);
        std::string what = j.difference;
        if (what.empty() && !pending_ && world_.random.percent(10))
            what = broken_promise(seen, j.expected, registers_, now_, a, world_.random);
        return what.empty() || fail(number, what, a, seen, j.expected);
    }

    /// What comes again, nearly, and what is worth changing: mostly of transactions that pass.
    void remember(const oracle::Access& a, const oracle::Result& r) {
        constexpr size_t enough = 24, remembered = 10;
        if (r.action != oracle::Action::Forward && !world_.random.percent(10)) return;
        if (world_.recent.size() < remembered)
            world_.recent.push_back(a);
        else if (world_.random.percent(30))
            world_.random.of(world_.recent) = a;
        if (r.action != oracle::Action::Forward) return;
        for (const oracle::Fetch& f : r.fetches) {
            // Leaves and structures rather than tables on the way.
            const bool leaf = f.address == r.trace.leaf1.where || f.address == r.trace.leaf2.where;
            if (!leaf && f.words != 8 && !world_.random.percent(20)) continue;
            if (world_.hot.size() < enough)
                world_.hot.push_back(f.address);
            else
                world_.random.of(world_.hot) = f.address;
        }
    }

    /// The access with the change not yet seen: at all, or by some of the reads.  All that caches may
    /// then hold is noted; the judgement is the first of them that agrees, if the plain one does not.
    /// False if nothing is promised.
    bool look_back(const oracle::Access& a, const Observed& seen, Judgement& j) {
        constexpr unsigned most_reads = 6;
        bool promised = true, agrees = j.difference.empty() && j.alternatives.none();
        unsigned reads = 0;
        for (uint64_t see_new = 0; see_new == 0 || see_new < uint64_t{1} << reads; ++see_new) {
            const Judgement old = judge(seen, registers_, before_, a, Detail::Outcome, see_new);
            reads = std::max(reads, old.old_reads);
            if (reads > most_reads) return spoil();
            promised = ledger_.note(a, old.expected, world_.memory) && promised;
            if (agrees || !old.difference.empty()) continue;
            agrees = true;
            j = old;
            statistics_.count("cached", see_new == 0 ? "outcome of before the change"
                                                     : "outcome half of before the change");
        }
        return promised;
    }
    bool spoil() {
        too_many_ = true;
        return false;
    }

    /// Software broke the rules; sooner or later it tidies up.
    bool unpromised() {
        statistics_.count("software", "nothing promised");
        if (!pending_ && world_.random.percent(25)) invalidator_.everything();
        return true;
    }

    bool fail(unsigned number, const std::string& what, const oracle::Access& a,
              const Observed& seen, const oracle::Result& expected) {
        std::string text = report(world_, number, what, a, seen, expected, Kind::Warm);
        const std::vector<std::string>& log = invalidator_.log;
        for (size_t i = log.size() - std::min<size_t>(log.size(), 40); i < log.size(); ++i)
            text += "    " + log[i] + "\n";
        statistics_.failures.push_back({world_.seed, number, text});
        return false;
    }

    World& world_;
    Statistics& statistics_;
    Model model_;
    Ledger ledger_;
    Invalidator invalidator_;
    Stalls stalls_;
    OracleMemory now_, before_;
    oracle::Registers registers_;
    std::optional<Change> pending_;  ///< made, but not yet followed by its invalidation
    bool too_many_ = false;          ///< ways to see it: no single invalidation is sure to cover it
};

}  // namespace

void run_warm(World& world, unsigned accesses, Statistics& statistics) {
    WarmRun run(world, statistics);
    for (unsigned i = 0; i < accesses; ++i)
        if (!run.step(i)) return;
}

}  // namespace smmu::differential
