// The line that tells how far a long run is.
#pragma once
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>

namespace smmu::platform::analyze {

/// On a terminal one line that rewrites itself; elsewhere a line now and then.  Nothing on runs that
/// are over in two seconds.  stderr: results do not depend on it.
class Progress {
public:
    /// `what`: of what there are `total`.
    Progress(uint64_t total, const char* what) : total_(total), what_(what) {}
    ~Progress() {
        if (shown_ && terminal_) std::cerr << "\r\033[K" << std::flush;
    }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void tell(uint64_t done) {
        const auto now = std::chrono::steady_clock::now();
        if (now < next_) return;
        next_ = now + std::chrono::milliseconds(terminal_ ? 200 : 10'000);
        shown_ = true;
        std::cerr << (terminal_ ? "\r\033[K" : "") << "smmu-vp: " << done * 100 / total_ << " % ("
                  << done << " of " << total_ << ' ' << what_ << ")" << (terminal_ ? "" : "\n")
                  << std::flush;
    }

private:
    const uint64_t total_;
    const char* const what_;
    const bool terminal_ = isatty(2) != 0;
    std::chrono::steady_clock::time_point next_ =
        std::chrono::steady_clock::now() + std::chrono::seconds(2);
    bool shown_ = false;
};

}  // namespace smmu::platform::analyze
