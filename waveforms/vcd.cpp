// A probe that writes a VCD.
#include "waveforms/vcd.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "waveforms/names.h"

namespace smmu {

namespace {

/// State of a lane: 0 idle, else one more than the Purpose.
unsigned char state_of(core::Purpose purpose) {
    return static_cast<unsigned char>(static_cast<unsigned>(purpose) + 1);
}

/// GTKWave's translation of values: hexadecimal, then the name.
void write_line(std::ofstream& out, unsigned value, const std::string& name) {
    char hex[8];
    std::snprintf(hex, sizeof hex, "%02X", value);
    out << hex << ' ' << name << '\n';
}

}  // namespace

template <class T>
void Vcd::trace(const T& variable, const std::string& name, const std::string& names) {
    sc_core::sc_trace(file_, variable, "smmu." + name);
    signals_.push_back({name, static_cast<unsigned>(8 * sizeof(T)), names});
}

Vcd::Vcd(const std::filesystem::path& stem, unsigned tbus, uint64_t most)
    : file_(sc_core::sc_create_vcd_trace_file(stem.string().c_str())),
      on_the_way_(tbus, 0),
      left_(most) {
    // SystemC tells of it on the console, between the lines of a UART.
    sc_core::sc_report_handler::set_actions("tracing timescale unit set", sc_core::SC_INFO,
                                            sc_core::SC_DO_NOTHING);
    file_->set_time_unit(1.0, sc_core::SC_PS);
    trace(commands_.latest, "command", "commands");
    trace(commands_.count, "commands");
    trace(events_.latest, "event", "events");
    trace(events_.count, "events");
    trace(interrupts_.latest, "interrupt", "interrupts");
    trace(interrupts_.count, "interrupts");
    for (unsigned i = 0; i < tbus; ++i)
        trace(on_the_way_[i], "tbu" + std::to_string(i) + "_on_the_way");
    for (unsigned i = 0; i < most_lanes; ++i) {
        trace(lanes_[i].state, "walk" + std::to_string(i), "states");
        trace(lanes_[i].level, "walk" + std::to_string(i) + "_level");
    }
    write_view(stem);
    write_names(stem);
}

Vcd::~Vcd() { sc_core::sc_close_vcd_trace_file(file_); }

void Vcd::arrival(const Arrival& a) {
    if (left_ == 0) return;
    --left_;
    arrived_.insert(a.id);
    ++on_the_way_[a.tbu];
}

void Vcd::transaction(const Transaction& t) {
    if (arrived_.erase(t.id) != 0) --on_the_way_[t.tbu];
}

void Vcd::fetch_begin(const FetchBegin& f) {
    const auto of = [&](uint64_t walk) {
        return std::find_if(lanes_.begin(), lanes_.end(),
                            [&](const Lane& lane) { return lane.walk == walk; });
    };
    auto lane = of(f.walk);
    if (lane == lanes_.end() && left_ != 0) lane = of(0);
    if (lane == lanes_.end()) return;
    *lane = {f.walk, state_of(f.access.purpose), static_cast<unsigned char>(f.access.level)};
}

void Vcd::miss(const Miss& m) {
    for (Lane& lane : lanes_)
        if (lane.walk == m.walk) lane = {};
}

void Vcd::command(const Command& c) {
    commands_.latest = static_cast<unsigned char>(c.command[arch::Command::Op]);
    ++commands_.count;
}

void Vcd::event(const Event& e) {
    events_.latest = static_cast<unsigned char>(e.event[arch::Event::Id]);
    ++events_.count;
}

void Vcd::interrupt(const Interrupt& i) {
    interrupts_.latest = static_cast<unsigned char>(static_cast<unsigned>(i.source) + 1);
    ++interrupts_.count;
}

/// All signals, those with named values shown by name.
void Vcd::write_view(const std::filesystem::path& stem) const {
    const std::string file = stem.filename().string();
    std::ofstream out(std::filesystem::path(stem) += ".gtkw");
    out << "[dumpfile] \"" << file << ".vcd\"\n[timestart] 0\n[sst_width] 200\n"
        << "[signals_width] 220\n[sst_expanded] 1\n";
    for (const Signal& s : signals_) {
        out << (s.names.empty() ? "@24\n" : "@2022\n");  // decimal; hexadecimal through a file
        if (!s.names.empty()) out << "^1 " << file << '.' << s.names << ".txt\n";
        out << "SystemC.smmu." << s.name << '[' << s.bits - 1 << ":0]\n";
    }
}

void Vcd::write_names(const std::filesystem::path& stem) const {
    const auto open = [&](const char* what) {
        return std::ofstream(std::filesystem::path(stem) += std::string(".") + what + ".txt");
    };
    std::ofstream states = open("states");
    write_line(states, 0, "idle");
    for (unsigned p = 0; p < core::purposes; ++p) {
        const auto purpose = static_cast<core::Purpose>(p);
        write_line(states, state_of(purpose), name_of(purpose));
    }
    std::ofstream commands = open("commands"), events = open("events");
    write_line(commands, 0, "none");
    write_line(events, 0, "none");
    for (unsigned code = 1; code < 256; ++code) {
        write_line(commands, code, name_of(static_cast<arch::Opcode>(code)));
        write_line(events, code, name_of(static_cast<arch::EventId>(code)));
    }
    std::ofstream interrupts = open("interrupts");
    write_line(interrupts, 0, "none");
    for (unsigned s = 0; s < core::msi_sources; ++s)
        write_line(interrupts, s + 1, name_of(static_cast<core::MsiSource>(s)));
}

}  // namespace smmu
