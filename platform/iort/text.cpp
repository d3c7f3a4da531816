// `smmu-vp iort FILE` for a person: one paragraph for each kind of node, one line for each fact.
#include <iomanip>

#include "platform/iort/print.h"
#include "platform/iort/ranges.h"

namespace smmu::platform::iort {
namespace {

using namespace sw::iort;

/// Prints `heading` before the first node of a kind and nothing if there is none.
class Section {
public:
    Section(std::ostream& out, const char* heading) : out_(out), heading_(heading) {}
    std::ostream& line() {
        if (!begun_) out_ << '\n' << heading_ << '\n';
        begun_ = true;
        return out_ << "  ";
    }

private:
    std::ostream& out_;
    const char* heading_;
    bool begun_ = false;
};

const char* yes(bool flag) { return flag ? "yes" : "no"; }
std::string interrupt(uint32_t gsiv) { return gsiv == 0 ? "none" : std::to_string(gsiv); }
std::string plural(uint32_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}
std::string address_limit(uint8_t bits) {
    return bits == 0 ? "not stated" : std::to_string(bits) + " bits";
}

void print_memory(const MemoryProperties& m, std::ostream& out) {
    out << "      coherent (CCA) " << yes(m.coherent) << ", CPM " << yes(m.cpm) << ", DACS "
        << yes(m.dacs) << ", CANWBS " << yes(m.canwbs) << '\n';
}

std::string id_span(uint64_t first, uint64_t last) {
    return hex(first, 4) + (first == last ? "" : "-" + hex(last, 4));
}

void print_ranges(const Iort& iort, const Node& node, const char* input, std::ostream& out) {
    for (const IdRange& r : id_ranges(node)) {
        out << "      " << (r.constant ? "any " : "") << input;
        if (!r.constant) out << ' ' << id_span(r.first, r.last);
        out << " -> " << id_name(iort, r.reference) << ' ' << id_span(r.output, r.last_output());
        out << ", " << reference_title(iort, r.reference) << (r.conflict ? "  (conflict)" : "")
            << '\n';
    }
}

void print_nodes(const Iort& iort, std::ostream& out) {
    Section section(out, "Nodes");
    for (const Node node : iort.nodes())
        section.line() << hex(node.offset(), 4) << "  " << title(node) << ", revision "
                       << +node.revision() << ", " << plural(node.mapping_count(), "mapping")
                       << '\n';
}

void print_smmus(const Iort& iort, std::ostream& out) {
    Section section(out, "SMMUs");
    for (const Node node : iort.nodes()) {
        if (node.type() == NodeType::SmmuV2) {
            const SmmuV2 s = smmu_v2(node);
            section.line() << title(node) << ", span " << hex(s.span) << ", model " << s.model
                           << ", coherent walk " << yes((s.flags & 2) != 0) << ", "
                           << plural(s.context_interrupts, "context interrupt") << '\n';
        }
        if (node.type() != NodeType::SmmuV3) continue;
        const SmmuV3 s = smmu_v3(node);
        section.line() << title(node) << ", " << smmu_v3_model(s.model) << '\n';
        out << "      interrupts: event " << interrupt(s.interrupts.event) << ", PRI "
            << interrupt(s.interrupts.pri) << ", gerror " << interrupt(s.interrupts.gerror)
            << ", sync " << interrupt(s.interrupts.sync) << '\n';
        out << "      COHACC override " << yes(s.cohacc_override) << ", HTTU override "
            << +s.httu_override << ", VATOS "
            << (s.vatos_base == 0 ? "none" : "at " + hex(s.vatos_base)) << ", proximity domain "
            << (s.proximity_valid ? std::to_string(s.proximity_domain) : "none") << '\n';
        print_ranges(iort, node, "StreamID", out);
        if (const OwnMapping own = own_mapping(node); own.present) {
            const IdMapping m = node.mapping(own.index);
            out << "      its own interrupts: DeviceID " << hex(m.output_base, 4) << ", "
                << reference_title(iort, m.output_reference) << '\n';
        }
    }
}

void print_root_complexes(const Iort& iort, std::ostream& out) {
    Section section(out, "Root complexes");
    for (const Node node : iort.nodes()) {
        if (node.type() != NodeType::RootComplex) continue;
        const RootComplex r = root_complex(node);
        section.line() << "segment " << r.segment << '\n';
        print_memory(r.memory, out);
        out << "      ATS " << yes(r.ats) << ", PRI " << yes(r.pri) << ", PASID " << +r.pasid_bits
            << " bits, addresses " << address_limit(r.address_bits) << '\n';
        print_ranges(iort, node, "RID", out);
    }
}

void print_components(const Iort& iort, std::ostream& out) {
    Section section(out, "Named components");
    for (const Node node : iort.nodes()) {
        if (node.type() != NodeType::NamedComponent) continue;
        const NamedComponent c = named_component(node);
        section.line() << printable(c.name) << '\n';
        print_memory(c.memory, out);
        out << "      stall " << yes(c.stall) << ", PASID " << +c.pasid_bits << " bits, addresses "
            << address_limit(c.address_bits) << '\n';
        for (uint32_t i = 0; i < node.mapping_count(); ++i) {
            const IdMapping m = node.mapping(i);
            if (!m.single()) continue;
            out << "      " << id_name(iort, m.output_reference) << ' ' << hex(m.output_base, 4)
                << ", " << reference_title(iort, m.output_reference) << '\n';
        }
        if (node.mapping_count() != 0 && !node.mapping(0).single())
            print_ranges(iort, node, "ID", out);
    }
}

void print_reserved(const Iort& iort, std::ostream& out) {
    Section section(out, "Reserved memory");
    for (const Node node : iort.nodes()) {
        if (node.type() != NodeType::MemoryRange) continue;
        const MemoryRanges ranges = memory_ranges(node);
        section.line() << memory_type(ranges.attributes) << ", remap permitted "
                       << yes(ranges.remap_permitted) << ", privileged " << yes(ranges.privileged)
                       << '\n';
        for (uint32_t i = 0; i < ranges.count(); ++i)
            out << "      " << hex(ranges.range(i).base, 8) << ", " << hex(ranges.range(i).length)
                << " bytes\n";
        for (uint32_t i = 0; i < node.mapping_count(); ++i) {
            const IdMapping m = node.mapping(i);
            out << "      for StreamID "
                << id_span(m.output_base, uint64_t{m.output_base} + m.id_count) << ", "
                << reference_title(iort, m.output_reference) << '\n';
        }
    }
}

void print_others(const Iort& iort, std::ostream& out) {
    Section section(out, "Performance monitors");
    for (const Node node : iort.nodes()) {
        if (node.type() != NodeType::Pmcg) continue;
        const Pmcg p = pmcg(node);
        section.line() << title(node) << ", overflow interrupt " << interrupt(p.overflow_interrupt)
                       << ", of " << reference_title(iort, p.node_reference) << '\n';
    }
}

}  // namespace

void print_text(const Iort& iort, std::ostream& out) {
    out << "IORT revision " << +iort.revision() << ", " << iort.bytes().size << " bytes, "
        << plural(iort.node_count(), "node") << ", OEM \"" << printable(iort.bytes().part(10, 6))
        << "\" \"" << printable(iort.bytes().part(16, 8)) << "\", checksum "
        << (iort.checksum_right() ? "right" : "wrong") << '\n';
    print_nodes(iort, out);
    print_smmus(iort, out);
    print_root_complexes(iort, out);
    print_components(iort, out);
    print_reserved(iort, out);
    print_others(iort, out);
    Section section(out, "Warnings");
    for (const std::string& warning : warnings(iort)) section.line() << warning << '\n';
}

}  // namespace smmu::platform::iort
