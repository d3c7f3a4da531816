// What a page lets whom do: one small set for either stage of translation.
#pragma once
#include <stdint.h>

namespace smmu::core {

struct Permissions {
    enum : uint8_t {
        PrivilegedRead = 1 << 0,
        PrivilegedWrite = 1 << 1,
        PrivilegedExecute = 1 << 2,
        UnprivilegedRead = 1 << 3,
        UnprivilegedWrite = 1 << 4,
        UnprivilegedExecute = 1 << 5,
        Read = PrivilegedRead | UnprivilegedRead,
        Write = PrivilegedWrite | UnprivilegedWrite,
        Execute = PrivilegedExecute | UnprivilegedExecute,
        Privileged = PrivilegedRead | PrivilegedWrite | PrivilegedExecute,
        Unprivileged = UnprivilegedRead | UnprivilegedWrite | UnprivilegedExecute,
        All = Privileged | Unprivileged,
    };
    uint8_t set = 0;

    constexpr bool allow(uint8_t needed) const { return (set & needed) == needed; }
    constexpr Permissions without(uint8_t removed) const {
        return {static_cast<uint8_t>(set & ~removed)};
    }
};

/// What one access needs.  A read marked Instruction needs execute permission.
constexpr uint8_t needed(bool write, bool privileged, bool instruction) {
    const unsigned kind = write ? 1 : instruction ? 2 : 0;
    return static_cast<uint8_t>(
        (privileged ? Permissions::PrivilegedRead : Permissions::UnprivilegedRead) << kind);
}

/// What is asked of a page.
struct Wanted {
    uint8_t permissions = 0;  ///< needed(): all of them or, with `any`, at least one
    bool any = false;
    bool writes = false;  ///< the page becomes dirty, where Write is granted

    constexpr bool met_by(Permissions granted) const {
        return any ? (granted.set & permissions) != 0 : granted.allow(permissions);
    }
    /// Among what is wanted there is a Write, and it is granted.
    constexpr bool dirties(Permissions granted) const {
        return writes && (granted.set & permissions & Permissions::Write) != 0;
    }
};

}  // namespace smmu::core
