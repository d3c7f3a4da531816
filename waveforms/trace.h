// A probe that writes a trace for Perfetto (ui.perfetto.dev) or chrome://tracing: JSON, an event a
// line.
//
// Times are local times, so a trace is right under temporal decoupling too, where a VCD could not
// be.  A transaction is a slice; its memory accesses are slices within it.  Transactions that
// overlap lie on tracks of their own, "TBU 0, slot 1" and so on: as many as were in flight.
#pragma once
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "waveforms/walk_accesses.h"

namespace smmu {

class Trace final : public Probe {
public:
    /// `out` must live as long as the probe.  After `limit` transactions nothing more is written.
    Trace(std::ostream& out, uint64_t limit);
    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;

    /// How many transactions were in flight, and the end of the file.  Without it the file is cut
    /// off, and Perfetto reads it all the same.
    void finish();

    void fetch(const Fetch& f) override;
    void miss(const Miss& m) override { fetches_.ended(m); }
    void transaction(const Transaction& t) override;
    void command(const Command& c) override;
    void event(const Event& e) override;
    void interrupt(const Interrupt& i) override;

private:
    struct Slice {
        std::string name;
        uint64_t begin, end;
        std::string args;  ///< members of a JSON object
    };
    /// One row of the view, and until when it is taken.
    struct Track {
        unsigned number;
        uint64_t end;
    };

    bool is_full() const { return written_ >= limit_; }
    unsigned track_of(unsigned tbu, uint64_t begin, uint64_t end);
    void name_track(unsigned number, const std::string& name);
    void write(unsigned track, const Slice& slice);
    void write_instant(unsigned track, const std::string& name, sc_core::sc_time time);
    void line(const std::string& event);

    std::ostream& out_;
    const uint64_t limit_;
    uint64_t written_ = 0;
    bool first_ = true;
    unsigned tracks_ = 0;
    std::map<unsigned, std::vector<Track>> tracks_of_;  ///< by TBU
    WalkAccesses<Slice> fetches_;
    std::map<uint64_t, int64_t> in_flight_;  ///< begins less ends, by time
};

}  // namespace smmu
