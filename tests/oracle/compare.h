// What the model did against what the oracle says.
#pragma once
#include <map>
#include <string>

#include "model.h"
#include "oracle/translate.h"

namespace smmu::differential {

/// The world's memory as the oracle reads it.  Words of `old` hide those of the world: all of them,
/// or only for some of the reads of a translation.
class OracleMemory final : public oracle::Memory {
public:
    explicit OracleMemory(const SparseMemory& memory) : memory_(memory) {}
    bool read(uint64_t address, unsigned words, uint64_t* to) override;
    Exchange exchange(uint64_t address, uint64_t from) override;
    /// A translation begins.  Bit n of `see_new`: its n-th read of a hidden word sees the new one.
    void begin(uint64_t see_new = 0);

    std::map<uint64_t, uint64_t> old{};
    unsigned old_reads() const { return old_reads_; }  ///< reads of hidden words since begin()

private:
    const SparseMemory& memory_;
    uint64_t see_new_ = 0;
    unsigned old_reads_ = 0;
};

/// How much of the outcome to compare.
enum class Detail : uint8_t {
    Outcome,  ///< with caches: address, attributes, event
    Fetches,  ///< without: also every read that the SMMU makes, with its attributes
};

/// The first difference in one sentence, empty if there is none.
std::string difference(const Observed& model, const oracle::Result& oracle,
                       const oracle::Registers& registers, Detail detail);

struct Judgement {
    std::string difference{};  ///< to the outcome with the model's own choices
    oracle::Result expected{};
    unsigned old_reads = 0;  ///< of words that the memory hides
    /// Choices taken otherwise than the table's first alternative to make it agree.
    std::bitset<oracle::choice_count> alternatives{};
};
/// Compares; where the architecture leaves choices, all of their combinations are tried.
Judgement judge(const Observed& model, const oracle::Registers& registers, OracleMemory& memory,
                const oracle::Access& access, Detail detail, uint64_t see_new = 0);

/// Checks what Outcome::shift, reads and writes promise about other accesses of the same sender.
std::string broken_promise(const Observed& model, const oracle::Result& expected,
                           const oracle::Registers& registers, OracleMemory& memory,
                           const oracle::Access& access, Random& random);

std::string to_string(const oracle::Access& access);
std::string to_string(const oracle::Result& result);
std::string to_string(const Observed& model);

}  // namespace smmu::differential
