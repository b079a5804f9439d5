//! `QBit(T, n)`.

use super::super::{QBit, Type, TypeError};
use super::Parser;

impl Parser<'_> {
    pub(super) fn qbit(&mut self, depth: usize) -> Result<Type, TypeError> {
        self.open()?;
        let element = self.parse(depth + 1)?;
        if !QBit::takes(&element) {
            return Err(TypeError::Nesting { outer: "QBit", inner: element.to_string() });
        }
        self.comma()?;
        let greatest = i128::from(QBit::MAX_DIMENSION);
        let dimension = self.number("the dimension of QBit", "1 to 134217720", 1..=greatest)? as u32;
        let stride = if self.eat(',') { self.stride(dimension)? } else { dimension };
        self.close()?;
        Ok(Type::QBit(Box::new(QBit { element, dimension, stride })))
    }

    fn stride(&mut self, dimension: u32) -> Result<u32, TypeError> {
        let (what, range) =
            ("the stride of QBit", "the dimension, or a multiple of 8 by which it can be divided");
        let stride = self.number(what, range, 1..=i128::from(dimension))? as u32;
        let divides = dimension.is_multiple_of(stride) && (stride == dimension || stride.is_multiple_of(8));
        if divides { Ok(stride) } else { Err(TypeError::Range { what, range, found: stride.into() }) }
    }
}
