// How often each kind of thing occurred: the coverage of the generator.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "compare.h"

namespace smmu::differential {

struct Failure {
    uint64_t seed = 0;
    uint64_t number = 0;  ///< of the access in its world
    std::string text{};
};

class Statistics {
public:
    /// Counts one compared access.
    void add(const oracle::Access& access, const Observed& model, const Judgement& judgement);
    void count(const std::string& group, const std::string& kind) { ++counts_[group][kind]; }

    uint64_t of(const std::string& group, const std::string& kind) const;
    void print() const;

    uint64_t worlds = 0, accesses = 0, compared = 0;
    std::vector<Failure> failures{};

private:
    std::map<std::string, std::map<std::string, uint64_t>> counts_;
};

}  // namespace smmu::differential
