//! What a resource can depend on.

use farsight_model::Urn;

/// One resource or component: a handle, or its URN.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no resource: expected the handle that `.add(cx)` gives, or a URN"
)]
pub trait Dependency {
    /// Its URN.
    fn dependency(&self) -> Urn;
}

impl Dependency for Urn {
    fn dependency(&self) -> Urn {
        self.clone()
    }
}

impl<D: Dependency + ?Sized> Dependency for &D {
    fn dependency(&self) -> Urn {
        (**self).dependency()
    }
}

/// Any number of resources: `&a`, `[&a, &b]` of one type, `(&a, &b)` of several types, or a list of URNs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no resources",
    note = "write `&a`, `[&a, &b]` for handles of one type, `(&a, &b)` or `[a.urn(), b.urn()]` for several types"
)]
pub trait Dependencies {
    /// Their URNs.
    fn dependencies(self) -> Vec<Urn>;
}

impl Dependencies for Urn {
    fn dependencies(self) -> Vec<Urn> {
        vec![self]
    }
}

impl<D: Dependency + ?Sized> Dependencies for &D {
    fn dependencies(self) -> Vec<Urn> {
        vec![self.dependency()]
    }
}

impl<D: Dependency, const N: usize> Dependencies for [D; N] {
    fn dependencies(self) -> Vec<Urn> {
        self.iter().map(D::dependency).collect()
    }
}

impl<D: Dependency> Dependencies for Vec<D> {
    fn dependencies(self) -> Vec<Urn> {
        self.iter().map(D::dependency).collect()
    }
}

macro_rules! tuples {
    ($(($($part:ident)+))*) => {$(
        impl<$($part: Dependency),+> Dependencies for ($($part,)+) {
            #[allow(non_snake_case, reason = "the type parameters name the parts")]
            fn dependencies(self) -> Vec<Urn> {
                let ($($part,)+) = self;
                vec![$($part.dependency()),+]
            }
        }
    )*};
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) }
