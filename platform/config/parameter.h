// One row of the parameter table: a name, what is allowed, one sentence, and the member of Config
// that it sets.
//
// Every value is a whole number inside: a flag is 0 or 1, a choice is the place of its word.  That
// keeps reading, checking and printing free of types.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <systemc>
#include <type_traits>

#include "platform/config/config.h"

namespace smmu::platform {

enum class Kind : uint8_t { Number, Flag, Choice };

enum class Step : uint8_t { One, PowersOfTwo };

/// Inclusive on both ends.
struct Limits {
    uint64_t min;
    uint64_t max;
    Step step = Step::One;
};

struct Parameter {
    std::string_view path;  ///< "group.name", as --set and the configuration file spell it
    std::string_view unit;  ///< of a number; empty: a count, a flag or a word
    std::string_view sentence;
    Kind kind;
    Limits limits;
    const uint64_t* values;         ///< a number that takes only these; nullptr: all within limits
    const std::string_view* words;  ///< of a choice: its words; the value is the place
    size_t count;                   ///< of values or words
    uint64_t (*get)(const Config&);
    void (*set)(Config&, uint64_t);
};

/// The way from Config to a member of a member: Member<&Config::cpu, &CpuParams::quantum>.  Times
/// count in ns.
template <auto... Steps>
struct Member {
    static constexpr const auto& in(const Config& config) { return (config.*....*Steps); }
    static constexpr auto& in(Config& config) { return (config.*....*Steps); }
    using Type = std::remove_reference_t<decltype(in(std::declval<Config&>()))>;
    static constexpr bool is_time = std::is_same_v<Type, sc_core::sc_time>;

    static uint64_t get(const Config& config) {
        if constexpr (is_time)
            return static_cast<uint64_t>(in(config) / sc_core::sc_time(1.0, sc_core::SC_NS) + 0.5);
        else
            return static_cast<uint64_t>(in(config));
    }
    static void set(Config& config, uint64_t value) {
        if constexpr (is_time)
            in(config) = sc_core::sc_time(static_cast<double>(value), sc_core::SC_NS);
        else
            in(config) = static_cast<Type>(value);
    }
};

/// How a row reads: number<&Config::cpu, &CpuConfig::quantum_ns>({"cpu.quantum", "ns", "..."},
/// {min, max}).
struct Label {
    std::string_view path;
    std::string_view unit;
    std::string_view sentence;
};

template <auto... Steps>
constexpr Parameter number(const Label& label, Limits limits) {
    using M = Member<Steps...>;
    static_assert(M::is_time || std::is_unsigned_v<typename M::Type>);
    if constexpr (!M::is_time)
        if (limits.max > std::numeric_limits<typename M::Type>::max())
            throw "the member is too small";
    return {label.path, label.unit, label.sentence, Kind::Number, limits, nullptr,
            nullptr,    0,          &M::get,        &M::set};
}

/// A number that takes the listed values only (in rising order).
template <auto... Steps, size_t N>
constexpr Parameter number_of(const Label& label, const uint64_t (&values)[N]) {
    using M = Member<Steps...>;
    return {
        label.path, label.unit, label.sentence, Kind::Number, {values[0], values[N - 1]}, values,
        nullptr,    N,          &M::get,        &M::set};
}

template <auto... Steps>
constexpr Parameter flag(const Label& label) {
    using M = Member<Steps...>;
    static_assert(std::is_same_v<typename M::Type, bool>);
    return {label.path, label.unit, label.sentence, Kind::Flag, {0, 1}, nullptr,
            nullptr,    0,          &M::get,        &M::set};
}

/// The words stand in the order of the enumerators.
template <auto... Steps, size_t N>
constexpr Parameter choice(const Label& label, const std::string_view (&words)[N]) {
    using M = Member<Steps...>;
    static_assert(std::is_enum_v<typename M::Type>);
    return {label.path, label.unit, label.sentence, Kind::Choice, {0, N - 1}, nullptr,
            words,      N,          &M::get,        &M::set};
}

}  // namespace smmu::platform
