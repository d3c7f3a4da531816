// How the demonstration talks: titled sections, aligned rows, one line for each expectation, a sum at the end.
#pragma once
#include <stdint.h>

#include "sw_stubs/port/aarch64/print.h"

namespace smmu::sw::demo {

/// Where the value of a row begins.
constexpr unsigned value_column = 18;

class Report {
public:
    /// Begins a numbered section.
    void section(const char* title);

    /// "  name        parts..."
    template <class... Parts>
    void row(const char* name, const Parts&... parts) {
        aarch64::print("  ", name, aarch64::Column{value_column}, parts..., '\n');
    }

    /// One expectation and whether it held; the text says what was expected.  Returns `held`.
    template <class... Parts>
    bool expect(bool held, const Parts&... text) {
        ++(held ? passed_ : failed_);
        aarch64::print(held ? "  PASS  " : "  FAIL  ", text..., '\n');
        return held;
    }

    /// Something that this machine does not have: neither passed nor failed.
    void does_not_apply(const char* what, const char* reason) {
        ++not_applicable_;
        aarch64::print("  n/a   ", what, ": ", reason, '\n');
    }

    /// The last line; returns the exit status.
    int finish();

private:
    unsigned sections_ = 0;
    unsigned passed_ = 0;
    unsigned failed_ = 0;
    unsigned not_applicable_ = 0;
};

}  // namespace smmu::sw::demo
