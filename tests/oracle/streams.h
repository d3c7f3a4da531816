// Software of a world: streams with their STEs, CDs and tables.
#pragma once
#include <memory>
#include <set>

#include "tables.h"

namespace smmu::differential {

/// A 64-byte structure under construction, fields by the specification's bit numbers.
struct Words {
    uint64_t w[8] = {};
    Words& set(unsigned hi, unsigned lo, uint64_t value) {
        const uint64_t mask = oracle::bits(~uint64_t{0}, hi - lo, 0) << lo % 64;
        w[lo / 64] = (w[lo / 64] & ~mask) | (value << lo % 64 & mask);
        return *this;
    }
    Words& set(unsigned n, bool value) { return set(n, n, value); }
};

class Software {
public:
    explicit Software(World& world)
        : world_(world), physical_(world, world.features.output_address_bits) {}

    /// Makes a stream and writes its STE to `address`.
    void make_stream(uint32_t id, uint64_t address);
    PhysicalSpace& physical() { return physical_; }

private:
    bool random_granule(oracle::Granule& g);
    bool stage1_shape(Shape& shape);
    bool stage2_shape(Shape& shape, unsigned& sl, unsigned& ps);
    void fill_stage1(Tables& tables, bool upper, const std::vector<Place>& ipas, uint32_t substream,
                     Stream& stream);
    std::vector<Place> fill_stage2(Tables& tables);
    void overrides(Words& ste);
    bool stalls(unsigned percent);
    bool manages_flags(unsigned level);
    void make_contexts(Words& ste, Stream& stream, Space& space, unsigned out_limit,
                       const std::vector<Place>& ipas);
    Words make_cd(Stream& stream, uint32_t substream, Space& space, unsigned out_limit,
                  const std::vector<Place>& ipas);
    void half(Words& cd, bool upper, const Shape& shape, Space& space,
              const std::vector<Place>& ipas, uint32_t substream, Stream& stream);
    uint64_t cd_address(Words& ste, unsigned cdmax, uint32_t substream, Space& space);
    void write(Structure::Kind kind, uint64_t address, const Words& words, Space& space);
    unsigned unique_tag(std::set<unsigned>& used, bool wide);
    uint64_t random_output(unsigned bits);
    uint64_t random_base(unsigned input_bits);
    void map(Tables& tables, uint64_t input, int level, uint64_t output);

    World& world_;
    PhysicalSpace physical_;
    std::set<unsigned> vmids_{0};
    std::map<unsigned, std::set<unsigned>> asids_of_;  ///< of a VMID, or of EL2
    std::set<unsigned>* asids_ = nullptr;
    std::map<uint64_t, uint64_t> second_level_;  ///< of the CD table being made
    uint64_t cd_table_ = 0;
    bool stall_disabled_ = false;  ///< STE.S1STALLD of the stream being made
    struct Finished {
        Words ste;
        Stream stream;
    };
    std::vector<Finished> finished_;  ///< streams whose contexts others may share
};

}  // namespace smmu::differential
