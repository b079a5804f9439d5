//! ClickHouse expressions: the tree, and how it is read from SQL text or from Rust tokens.

#[cfg(feature = "compile")]
mod functions;
mod lex;
mod parse;
#[cfg(feature = "compile")]
pub mod select;
#[cfg(feature = "compile")]
mod shape;
mod token;

#[cfg(feature = "compile")]
pub(crate) use functions::is_of_types;
#[cfg(feature = "compile")]
pub use functions::known_functions;
#[cfg(feature = "compile")]
pub(crate) use lex::expression_tokens;
#[cfg(feature = "compile")]
pub(crate) use lex::plain_number;
pub use lex::{LexError, statement_tokens};
pub use parse::{ParseError, parse};
#[cfg(feature = "compile")]
pub(crate) use shape::COMPARISONS;
#[cfg(feature = "compile")]
pub use shape::{Kind, Misfit, Shape, place, shape};
pub use token::{Token, TokenAt};

/// An expression. `A` says where names and literals stand: a span while a declaration is checked, nothing afterwards.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr<A = ()> {
    /// A column, or a variable of a lambda around it.
    Column(Name<A>),
    /// A literal, and where it stands.
    Literal(Literal, A),
    /// A function with its parameters (`quantile(0.5)(x)`) and arguments.
    Call {
        /// The function.
        function: Name<A>,
        /// Parameters of a parametric function; mostly none.
        parameters: Vec<Expr<A>>,
        /// Arguments.
        arguments: Vec<Expr<A>>,
    },
    /// `-x` or `NOT x`.
    Unary(Unary, Box<Expr<A>>),
    /// `x + y` and its like.
    Binary(Binary, Box<Expr<A>>, Box<Expr<A>>),
    /// `(x, y)`.
    Tuple(Vec<Expr<A>>),
    /// `[x, y]`.
    Array(Vec<Expr<A>>),
    /// `x -> …` or `(x, y) -> …`.
    Lambda(Vec<String>, Box<Expr<A>>),
    /// `x[y]`.
    Element(Box<Expr<A>>, Box<Expr<A>>),
    /// `x.1`.
    Member(Box<Expr<A>>, u32),
}

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Name<A> {
    /// The name.
    pub text: String,
    /// Where.
    pub at: A,
}

impl<A> Name<A> {
    /// The name without its place.
    pub fn strip(self) -> Name<()> {
        Name { text: self.text, at: () }
    }
}

/// A literal value.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A number as it is written.
    Number(String),
    /// A string.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// `NULL`.
    Null,
}

/// An operator of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    /// `-`, before it.
    Minus,
    /// `NOT`, before it.
    Not,
    /// `IS NULL`, behind it.
    IsNull,
    /// `IS NOT NULL`, behind it.
    IsNotNull,
}

/// An operator between its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say all")]
pub enum Binary {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Like,
    NotLike,
    ILike,
    NotILike,
    Concat,
    Plus,
    Minus,
    Multiply,
    Divide,
    Modulo,
}

impl Binary {
    /// How the operator is written.
    pub fn text(self) -> &'static str {
        match self {
            Binary::Or => "OR",
            Binary::And => "AND",
            Binary::Equal => "=",
            Binary::NotEqual => "!=",
            Binary::Less => "<",
            Binary::LessOrEqual => "<=",
            Binary::Greater => ">",
            Binary::GreaterOrEqual => ">=",
            Binary::In => "IN",
            Binary::NotIn => "NOT IN",
            Binary::Like => "LIKE",
            Binary::NotLike => "NOT LIKE",
            Binary::ILike => "ILIKE",
            Binary::NotILike => "NOT ILIKE",
            Binary::Concat => "||",
            Binary::Plus => "+",
            Binary::Minus => "-",
            Binary::Multiply => "*",
            Binary::Divide => "/",
            Binary::Modulo => "%",
        }
    }

    /// How tightly it binds; more is tighter. Operands of equal strength group to the left.
    pub fn strength(self) -> u8 {
        match self {
            Binary::Or => 2,
            Binary::And => 3,
            Binary::Equal
            | Binary::NotEqual
            | Binary::Less
            | Binary::LessOrEqual
            | Binary::Greater
            | Binary::GreaterOrEqual
            | Binary::In
            | Binary::NotIn
            | Binary::Like
            | Binary::NotLike
            | Binary::ILike
            | Binary::NotILike => 5,
            Binary::Concat => 6,
            Binary::Plus | Binary::Minus => 7,
            Binary::Multiply | Binary::Divide | Binary::Modulo => 8,
        }
    }
}

impl<A> Expr<A> {
    /// The expression without its places.
    pub fn strip(self) -> Expr {
        let all = |exprs: Vec<Expr<A>>| exprs.into_iter().map(Expr::strip).collect();
        let one = |expr: Box<Expr<A>>| Box::new(expr.strip());
        match self {
            Expr::Column(name) => Expr::Column(Name { text: name.text, at: () }),
            Expr::Literal(literal, _) => Expr::Literal(literal, ()),
            Expr::Call { function, parameters, arguments } => Expr::Call {
                function: Name { text: function.text, at: () },
                parameters: all(parameters),
                arguments: all(arguments),
            },
            Expr::Unary(operator, operand) => Expr::Unary(operator, one(operand)),
            Expr::Binary(operator, left, right) => Expr::Binary(operator, one(left), one(right)),
            Expr::Tuple(items) => Expr::Tuple(all(items)),
            Expr::Array(items) => Expr::Array(all(items)),
            Expr::Lambda(parameters, body) => Expr::Lambda(parameters, one(body)),
            Expr::Element(of, index) => Expr::Element(one(of), one(index)),
            Expr::Member(of, index) => Expr::Member(one(of), index),
        }
    }

    /// The columns that it uses, in the order in which they stand; a lambda's variables are none.
    pub fn columns(&self) -> Vec<&Name<A>> {
        let mut found = Vec::new();
        self.walk(&mut Vec::new(), &mut |name, kind| {
            if kind == NameKind::Column {
                found.push(name);
            }
        });
        found
    }

    /// The functions that it calls, in the order in which they stand.
    pub fn functions(&self) -> Vec<&Name<A>> {
        let mut found = Vec::new();
        self.walk(&mut Vec::new(), &mut |name, kind| {
            if kind == NameKind::Function {
                found.push(name);
            }
        });
        found
    }

    /// What stands directly in it.
    pub fn parts(&self) -> Vec<&Expr<A>> {
        match self {
            Expr::Column(_) | Expr::Literal(_, _) => Vec::new(),
            Expr::Call { parameters, arguments, .. } => parameters.iter().chain(arguments).collect(),
            Expr::Unary(_, of) | Expr::Lambda(_, of) | Expr::Member(of, _) => vec![of],
            Expr::Binary(_, left, right) | Expr::Element(left, right) => vec![left, right],
            Expr::Tuple(items) | Expr::Array(items) => items.iter().collect(),
        }
    }

    /// Visits the expression and everything in it.
    pub fn each<'a>(&'a self, visit: &mut impl FnMut(&'a Expr<A>)) {
        visit(self);
        self.parts().into_iter().for_each(|part| part.each(visit));
    }

    fn walk<'a>(&'a self, bound: &mut Vec<&'a str>, visit: &mut impl FnMut(&'a Name<A>, NameKind)) {
        match self {
            Expr::Column(name) => {
                if !bound.contains(&name.text.as_str()) {
                    visit(name, NameKind::Column);
                }
            }
            Expr::Literal(_, _) => {}
            Expr::Call { function, parameters, arguments } => {
                visit(function, NameKind::Function);
                parameters.iter().chain(arguments).for_each(|expr| expr.walk(bound, visit));
            }
            Expr::Unary(_, operand) => operand.walk(bound, visit),
            Expr::Binary(_, left, right) | Expr::Element(left, right) => {
                left.walk(bound, visit);
                right.walk(bound, visit);
            }
            Expr::Tuple(items) | Expr::Array(items) => items.iter().for_each(|expr| expr.walk(bound, visit)),
            Expr::Lambda(parameters, body) => {
                let outer = bound.len();
                bound.extend(parameters.iter().map(String::as_str));
                body.walk(bound, visit);
                bound.truncate(outer);
            }
            Expr::Member(of, _) => of.walk(bound, visit),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum NameKind {
    Column,
    Function,
}
